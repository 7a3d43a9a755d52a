import type { Clock } from '../../observability/clock.ts';
import { RequestAbandoned } from '../../platform/errors.ts';
import type { Asker } from '../asker.ts';
import type { KnownJob } from '../known/job-state.ts';
import { isPassing } from '../known/passing-fault.ts';
import { type Answer, hit } from '../known/reader.ts';
import type { Watchers } from './watchers.ts';

/** What a caller waits for. */
export interface Wait {
  /** When the time is up, by the clock. */
  readonly untilMs: number;
  /** Whether a state is what the caller waits for. */
  readonly isNews: (known: KnownJob) => boolean;
}

const gone = () => new RequestAbandoned('The caller has gone.');

interface WaitParts {
  readonly watchers: Watchers;
  /** The newest of what is known and `seen`, unless a change of our own has overtaken it. */
  readonly usable: (seen: KnownJob) => KnownJob | undefined;
  /** Asks for the job anew. */
  readonly ask: () => Promise<Answer<KnownJob>>;
  /** For how long after it was fresh a reading may stand in for one that cannot be had. */
  readonly staleMs: number;
  readonly clock: Clock;
}

/**
 * Waits until there is news of a job that has just been read as `first`, or until the time is up. Then what is
 * known is the answer: the watcher has looked as often as it makes sense. While it cannot look, what is known
 * stands in for as long as it does elsewhere.
 *
 * @throws JobNotFound when the job vanishes meanwhile, RequestAbandoned when the caller goes, what refuses the
 *   job to us, and what has kept it from being read for too long
 */
export async function waitForNews(
  id: string,
  asker: Asker,
  { untilMs, isNews }: Wait,
  first: Answer<KnownJob>,
  { watchers, usable, ask, staleMs, clock }: WaitParts,
): Promise<Answer<KnownJob>> {
  const { sandbox, permission, signal } = asker;
  if (signal?.aborted) throw gone();
  const waitMs = untilMs - clock.now();
  if (waitMs <= 0 || isNews(first.known)) return first;
  const { promise, resolve, reject } = Promise.withResolvers<Answer<KnownJob>>();
  const view = { sandbox, permission };
  let seen = first.known;
  // A caller's own hurry is nobody else's trouble.
  let fault = first.provenance.fault?.details.cutShort ? undefined : first.provenance.fault;
  const onTimeUp = () => {
    const job = usable(seen);
    if (fault === undefined) resolve(job === undefined ? ask() : { known: job, provenance: hit });
    else if (job && clock.now() < job.freshUntilMs + staleMs) resolve({ known: job, provenance: { fault } });
    else reject(fault);
  };
  const onGone = () => reject(gone());
  const leave = watchers.follow({ view, id, fault }, (happening) => {
    if (happening.kind === 'stopping') onTimeUp();
    if (happening.kind === 'lost') reject(happening.fault);
    if (happening.kind === 'trouble') {
      if (isPassing(happening.fault)) fault = happening.fault;
      else reject(happening.fault);
    }
    if (happening.kind === 'recovered') fault = undefined;
    if ('known' in happening) {
      seen = happening.known;
      if (isNews(seen)) resolve({ known: seen, provenance: hit });
    }
  });
  const cancel = clock.after(waitMs, onTimeUp);
  signal?.addEventListener('abort', onGone, { once: true });
  try {
    return await promise;
  } finally {
    cancel();
    leave();
    signal?.removeEventListener('abort', onGone);
  }
}
