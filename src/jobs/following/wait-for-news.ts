import type { Clock } from '../../observability/clock.ts';
import { RequestAbandoned } from '../../platform/errors.ts';
import type { Asker } from '../asker.ts';
import type { KnownJob } from '../known/job-state.ts';
import type { KnownJobs } from '../known/known-jobs.ts';
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

interface WaitParts {
  readonly watchers: Watchers;
  readonly known: KnownJobs;
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
  { watchers, known, staleMs, clock }: WaitParts,
): Promise<Answer<KnownJob>> {
  const waitMs = untilMs - clock.now();
  if (waitMs <= 0 || isNews(first.known) || first.known.state.done) return first;
  const { promise, resolve, reject } = Promise.withResolvers<Answer<KnownJob>>();
  const { sandbox, permission, signal } = asker;
  const view = { sandbox, permission };
  let { fault } = first.provenance;
  const onTimeUp = () => {
    const job = known.find(view, id) ?? first.known;
    if (fault === undefined) resolve({ known: job, provenance: hit });
    else if (clock.now() < job.freshUntilMs + staleMs) resolve({ known: job, provenance: { fault } });
    else reject(fault);
  };
  const onGone = () => reject(new RequestAbandoned('The caller has gone.'));
  const leave = watchers.follow({ view, id, fault }, (happening) => {
    if (happening.kind === 'stopping') onTimeUp();
    if (happening.kind === 'lost') reject(happening.fault);
    if (happening.kind === 'trouble') {
      if (isPassing(happening.fault)) fault = happening.fault;
      else reject(happening.fault);
    }
    if (happening.kind === 'recovered') fault = undefined;
    if (happening.kind === 'change' && isNews(happening.known)) {
      resolve({ known: happening.known, provenance: { forwarded: 'stale', collapsed: true } });
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
