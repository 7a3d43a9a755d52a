import type { Claims } from '../../claims/claims.ts';
import type { DuplicateMode } from '../../policies/rules.ts';
import type { CachedJob } from '../cache/cached.ts';
import type { ReadJob } from '../cache/read-job.ts';
import type { ChangeContext } from '../context.ts';
import type { Definition } from '../definition/definition.ts';
import { CreateNotConfirmed, CreateOutcomeUnknown, EqualJobUnknown, JobAlreadyRunning } from '../errors.ts';
import type { FindOut } from './find-out.ts';
import { raceWithCaller } from './race-with-caller.ts';
import type { FindRunningJobs } from './running-jobs.ts';

export interface DuplicatesParts {
  readonly findRunningJobs: FindRunningJobs;
  readonly claims: Pick<Claims, 'find'>;
  readonly findOut: FindOut;
  readonly readJob: ReadJob;
}

/** A create that is to be carried out. */
export interface Wanted {
  readonly mode: DuplicateMode;
  readonly definition: Definition;
  readonly fingerprint: string;
  readonly claimId: string;
}

const mostClaims = 100;
/** Of several jobs that could be it, one may have ended by then. */
const askAgainMs = 60_000;

export interface Duplicates {
  /**
   * Carries a create out, unless an equal job is not done and the mode says otherwise. Equal creates that arrive at once
   * go one after the other then, so the second one finds the job of the first.
   *
   * @param reuse answers with the equal job
   * @throws JobAlreadyRunning, EqualJobUnknown, what `carryOut` throws, and what keeps it from being
   *   told whether an equal job runs
   */
  run<Answer>(
    wanted: Wanted,
    context: ChangeContext,
    carryOut: () => Promise<Answer>,
    reuse: (equal: CachedJob) => Promise<Answer>,
  ): Promise<Answer>;
}

export function createDuplicates({ findRunningJobs, claims, findOut, readJob }: DuplicatesParts): Duplicates {
  /** The creates under way in this process, by sandbox and fingerprint. */
  const underWay = new Map<string, Set<Promise<void>>>();

  function begin(key: string): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    const those = underWay.get(key) ?? new Set();
    underWay.set(key, those.add(promise));
    return () => {
      those.delete(promise);
      if (those.size === 0) underWay.delete(key);
      resolve();
    };
  }

  /** Begins when no equal create is under way; in the same step as it sees that, so that no other begins, too. */
  async function beginAlone(key: string, signal: AbortSignal | undefined): Promise<() => void> {
    for (;;) {
      const those = underWay.get(key);
      if (those === undefined) return begin(key);
      await raceWithCaller([Promise.all(those)], signal);
    }
  }

  /**
   * A job of an equal create that got no answer: whoever has sent it may not have come back for it.
   *
   * @throws EqualJobUnknown as long as it may be running and cannot be seen
   */
  async function findUnanswered(
    { definition, fingerprint, claimId }: Wanted,
    context: ChangeContext,
  ): Promise<CachedJob | undefined> {
    const sent = await claims.find({ sandbox: context.sandbox, fingerprint }, mostClaims);
    for (const { id, sentAtMs, isSettled } of sent) {
      if (isSettled || id === claimId || sentAtMs === undefined) continue;
      const unanswered = { definition, claimId: id, isKeyed: false, sent: { sentAtMs } };
      const found = await findOut.ofEarlier(unanswered, context).catch(toUnknown);
      const running = found && (await readJob(found.job.id, context)).cached;
      if (running !== undefined && !running.state.done) return running;
    }
    return undefined;
  }

  return {
    async run(wanted, context, carryOut, reuse) {
      const { mode, fingerprint } = wanted;
      const key = `${context.sandbox}/${fingerprint}`;
      const end = mode === 'allow' ? begin(key) : await beginAlone(key, context.signal);
      try {
        if (mode === 'allow') return await carryOut();
        const [known] = await findRunningJobs({ fingerprint }, 1, context);
        const equal = known ?? (await findUnanswered(wanted, context));
        if (equal === undefined) return await carryOut();
        if (mode === 'reuse') return await reuse(equal);
        const { id, status } = equal.state;
        throw new JobAlreadyRunning(`Job ${id} exports the same, and its status is ${status}.`, {
          runningJobId: id,
        });
      } finally {
        end();
      }
    },
  };
}

/** What is said of the other create must not be told as this one's. */
function toUnknown(error: unknown): never {
  if (!(error instanceof CreateNotConfirmed || error instanceof CreateOutcomeUnknown)) throw error;
  const detail =
    'An equal export was sent before, and it is not known so far whether it runs. Nothing was sent for this request.';
  throw new EqualJobUnknown(detail, {
    internal: error.message,
    retryAfterMs: error.details.retryAfterMs ?? askAgainMs,
  });
}
