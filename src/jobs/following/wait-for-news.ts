import type { Clock } from '../../observability/clock.ts';
import { RequestAbandoned } from '../../platform/errors.ts';
import { Fault, isTransient } from '../../problems/fault.ts';
import type { Asker } from '../asker.ts';
import type { KnownJob } from '../known/job-state.ts';
import { type Answer, hit } from '../known/reader.ts';
import type { Watchers } from './watchers.ts';

/** What a caller waits for. */
export interface Wait {
  /** When the time is up, by the clock. */
  readonly untilMs: number;
  /** When the caller itself gives up; never where it does not say. */
  readonly patientUntilMs: number;
  /** Whether a state is what the caller waits for. */
  readonly isNews: (known: KnownJob) => boolean;
}

/**
 * How long the last question may take, after the time is up. Where the caller gives up before that, it is asked so
 * long before the caller gives up. Shorter than the time that a stop of the service leaves to those who wait.
 */
const lastLookMs = 1_000;

const isCutShort = (fault: unknown) => fault instanceof Fault && fault.details.cutShort === true;
const gone = () => new RequestAbandoned('The caller has gone.');

interface WaitParts {
  readonly watchers: Watchers;
  /** The newest of what is in the cache and `seen`, unless a change of our own has overtaken it. */
  readonly usable: (seen: KnownJob) => KnownJob | undefined;
  readonly isFresh: (job: KnownJob) => boolean;
  /** Asks for the job anew, for as long as the request itself may take unless given. */
  readonly ask: (waitAtMostMs?: number) => Promise<Answer<KnownJob>>;
  readonly clock: Clock;
}

/**
 * Waits until there is news of a job that has just been read as `first`, or until the time is up. Then what is
 * fresh is the answer; what is older is asked for, as it would be for a caller that does not wait, and stands in
 * where there is no answer in time.
 *
 * @throws JobNotFound when the job vanishes meanwhile, RequestAbandoned when the caller goes, what refuses the
 *   job to us, and what has kept it from being read for too long
 */
export async function waitForNews(
  id: string,
  asker: Asker,
  { untilMs, patientUntilMs, isNews }: Wait,
  first: Answer<KnownJob>,
  { watchers, usable, isFresh, ask, clock }: WaitParts,
): Promise<Answer<KnownJob>> {
  const { sandbox, permission, signal } = asker;
  if (signal?.aborted) throw gone();
  const waitMs = untilMs - clock.now();
  if (waitMs <= 0 || isNews(first.known)) return first;
  const { promise, resolve, reject } = Promise.withResolvers<Answer<KnownJob>>();
  const view = { sandbox, permission };
  let seen = first.known;
  // A caller's own hurry is nobody else's trouble.
  let fault = isCutShort(first.provenance.fault) ? undefined : first.provenance.fault;
  const patienceMs = () => Math.min(lastLookMs, patientUntilMs - clock.now());

  async function answerLast(): Promise<Answer<KnownJob>> {
    const job = usable(seen);
    if (job === undefined) return ask();
    if (isFresh(job) || (patienceMs() <= 0 && fault === undefined)) return { known: job, provenance: hit };
    try {
      const last = await ask(Math.max(0, patienceMs()));
      if (fault === undefined || !isCutShort(last.provenance.fault)) return last;
      // What has kept the watcher from reading the job tells more than our hurry does.
      return { known: last.known, provenance: { ...last.provenance, fault } };
    } catch (late) {
      throw fault !== undefined && isCutShort(late) ? fault : late;
    }
  }

  let isTimeUp = false;
  const onTimeUp = () => {
    if (isTimeUp) return;
    isTimeUp = true;
    const last = answerLast();
    // There may have been news meanwhile, and then nobody waits for it.
    last.catch(() => {});
    resolve(last);
  };
  /** Its answer is told to all who follow the job. */
  const lookEarly = () => {
    const job = usable(seen);
    if (job !== undefined && !isFresh(job)) ask(patienceMs()).catch(() => {});
  };
  const onGone = () => reject(gone());
  const leave = watchers.follow({ view, id, fault }, (happening) => {
    if (happening.kind === 'stopping') onTimeUp();
    if (happening.kind === 'lost') reject(happening.fault);
    if (happening.kind === 'trouble') {
      if (isTransient(happening.fault)) fault = happening.fault;
      else reject(happening.fault);
    }
    if (happening.kind === 'recovered') fault = undefined;
    if ('known' in happening) {
      seen = happening.known;
      if (isNews(seen)) resolve({ known: seen, provenance: hit });
    }
  });
  const cancel = clock.after(waitMs, onTimeUp);
  const earlyMs = patientUntilMs - lastLookMs - clock.now();
  const cancelEarly = earlyMs < waitMs ? clock.after(Math.max(0, earlyMs), lookEarly) : () => {};
  signal?.addEventListener('abort', onGone, { once: true });
  try {
    return await promise;
  } finally {
    cancel();
    cancelEarly();
    leave();
    signal?.removeEventListener('abort', onGone);
  }
}
