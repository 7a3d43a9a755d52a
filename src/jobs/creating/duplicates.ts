import type { Claims } from '../../claims/claims.ts';
import { RequestAbandoned } from '../../platform/errors.ts';
import type { DuplicateMode } from '../../policies/rules.ts';
import type { CachedJob } from '../cache/cached.ts';
import type { ReadJob } from '../cache/read-job.ts';
import type { ChangeContext } from '../context.ts';
import type { Definition } from '../definition/definition.ts';
import { JobAlreadyRunning } from '../errors.ts';
import type { FindOut } from './find-out.ts';
import type { FindRunningJobs } from './find-running-jobs.ts';

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

export interface Duplicates {
  /** An equal job that is not done; nothing where none is known. */
  findEqual(fingerprint: string, context: ChangeContext): Promise<CachedJob | undefined>;
  /**
   * Carries a create out, unless an equal job is not done and the mode says otherwise. Equal creates that arrive at once
   * go one after the other then, so the second one finds the job of the first.
   *
   * @param reuse answers with the equal job
   * @throws JobAlreadyRunning, CreateNotConfirmed and CreateOutcomeUnknown (of an equal create), what `carryOut` throws, and what keeps it from being
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
    const gone = Promise.withResolvers<void>();
    const onGone = () => gone.resolve();
    signal?.addEventListener('abort', onGone, { once: true });
    try {
      for (;;) {
        if (signal?.aborted) throw new RequestAbandoned('The caller has gone.');
        const those = underWay.get(key);
        if (those === undefined) return begin(key);
        await Promise.race([gone.promise, Promise.all(those)]);
      }
    } finally {
      signal?.removeEventListener('abort', onGone);
    }
  }

  /**
   * A job of an equal create that got no answer: whoever has sent it may not have come back for it.
   *
   * @throws CreateNotConfirmed, CreateOutcomeUnknown as long as it may be running and cannot be seen
   */
  async function findUnanswered(
    { definition, fingerprint, claimId }: Wanted,
    context: ChangeContext,
  ): Promise<CachedJob | undefined> {
    const sent = await claims.find({ sandbox: context.sandbox, fingerprint }, mostClaims);
    for (const { id, sentAtMs, isSettled } of sent) {
      if (isSettled || id === claimId || sentAtMs === undefined) continue;
      const unanswered = { id, isKeyed: true, unresolved: { sentAtMs } };
      const found = await findOut(definition, unanswered, context, { settlingMs: 0 });
      const running = found && (await readJob(found.job.id, context)).cached;
      if (running !== undefined && !running.state.done) return running;
    }
    return undefined;
  }

  async function findEqual(fingerprint: string, context: ChangeContext): Promise<CachedJob | undefined> {
    const [equal] = await findRunningJobs({ fingerprint }, 1, context);
    return equal;
  }

  return {
    findEqual,
    async run(wanted, context, carryOut, reuse) {
      const { mode, fingerprint } = wanted;
      const key = `${context.sandbox}/${fingerprint}`;
      const end = mode === 'allow' ? begin(key) : await beginAlone(key, context.signal);
      try {
        if (mode === 'allow') return await carryOut();
        const equal =
          (await findEqual(wanted.fingerprint, context)) ?? (await findUnanswered(wanted, context));
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
