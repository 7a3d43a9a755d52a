import type { Claims } from '../../claims/claims.ts';
import type { Clock } from '../../observability/clock.ts';
import { RequestAbandoned } from '../../platform/errors.ts';
import type { DuplicateMode } from '../../policies/rules.ts';
import type { CachedJob } from '../cache/cached.ts';
import type { ChangeContext } from '../context.ts';
import { CreateNotConfirmed, JobAlreadyRunning } from './errors.ts';
import type { FindRunningJobs } from './running-jobs.ts';

export interface DuplicatesParts {
  readonly findRunningJobs: FindRunningJobs;
  readonly claims: Claims;
  /** For so long after it was sent, a create that was not seen may still be carried out. */
  readonly lateMs: number;
  readonly clock: Clock;
}

export interface Duplicates {
  /** An equal job that is not done; nothing where none is known. */
  findEqual(fingerprint: string, context: ChangeContext): Promise<CachedJob | undefined>;
  /**
   * Carries a create out, unless an equal job is not done and the mode says otherwise. Equal creates that arrive at once
   * go one after the other then, so the second one finds the job of the first.
   *
   * @param reuse answers with the equal job
   * @throws JobAlreadyRunning, CreateNotConfirmed (of an equal create), what `carryOut` throws, and what keeps it from being
   *   told whether an equal job runs
   */
  run<Answer>(
    create: { readonly mode: DuplicateMode; readonly fingerprint: string; readonly claimId: string },
    context: ChangeContext,
    carryOut: () => Promise<Answer>,
    reuse: (equal: CachedJob) => Promise<Answer>,
  ): Promise<Answer>;
}

export function createDuplicates({ findRunningJobs, claims, lateMs, clock }: DuplicatesParts): Duplicates {
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

  /** As long as it is not known what came of an equal create, it may be running. */
  async function refuseUnlessKnown(fingerprint: string, claimId: string, sandbox: string): Promise<void> {
    const sentSinceMs = clock.wallNow() - lateMs;
    const sent = await claims.find({ sandbox, fingerprint, sentSinceMs }, 100);
    const open = sent.filter(({ id, isSettled }) => !isSettled && id !== claimId);
    const lastSentAtMs = Math.max(...open.map(({ sentAtMs = 0 }) => sentAtMs));
    if (open.length === 0) return;
    throw new CreateNotConfirmed(
      'An equal export was sent a moment ago, and it is not known so far whether it runs. Nothing was sent for this request.',
      { retryAfterMs: Math.max(1_000, lastSentAtMs + lateMs - clock.wallNow()) },
    );
  }

  async function findEqual(fingerprint: string, context: ChangeContext): Promise<CachedJob | undefined> {
    const [equal] = await findRunningJobs({ fingerprint }, 1, context);
    return equal;
  }

  return {
    findEqual,
    async run({ mode, fingerprint, claimId }, context, carryOut, reuse) {
      const key = `${context.sandbox}/${fingerprint}`;
      const end = mode === 'allow' ? begin(key) : await beginAlone(key, context.signal);
      try {
        if (mode === 'allow') return await carryOut();
        const equal = await findEqual(fingerprint, context);
        if (equal === undefined) {
          await refuseUnlessKnown(fingerprint, claimId, context.sandbox);
          return await carryOut();
        }
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
