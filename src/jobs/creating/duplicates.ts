import type { Claims } from '../../claims/claims.ts';
import type { DuplicateMode } from '../../policies/rules.ts';
import type { CachedJob } from '../cache/cached.ts';
import type { ReadJob } from '../cache/read-job.ts';
import type { ChangeContext } from '../context.ts';
import type { Definition } from '../definition/definition.ts';
import { EqualJobUnknown, JobAlreadyRunning } from '../errors.ts';
import type { FindRunningJobs } from './find-running-jobs.ts';
import type { LateFor } from './late-for.ts';
import type { OwnSendings } from './own-sendings.ts';
import { raceWithCaller } from './race-with-caller.ts';
import type { SearchList } from './search-list.ts';

export interface DuplicatesParts {
  readonly findRunningJobs: FindRunningJobs;
  readonly claims: Pick<Claims, 'find'>;
  readonly searchList: SearchList;
  readonly ownSendings: OwnSendings;
  readonly lateFor: LateFor;
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
   * An equal job that is not done; nothing where none is known.
   *
   * @throws EqualJobUnknown, unless the mode allows duplicates; and what keeps it from being told whether one runs
   */
  findEqual(wanted: Wanted, context: ChangeContext): Promise<CachedJob | undefined>;
  /**
   * Carries a create out, unless an equal job is not done and the mode says otherwise. Equal creates that arrive at once
   * go one after the other then, so the second one finds the job of the first.
   *
   * @param reuse answers with the equal job
   * @throws JobAlreadyRunning, what `findEqual` and `carryOut` throw
   */
  run<Answer>(
    wanted: Wanted,
    context: ChangeContext,
    carryOut: () => Promise<Answer>,
    reuse: (equal: CachedJob) => Promise<Answer>,
  ): Promise<Answer>;
}

export function createDuplicates(parts: DuplicatesParts): Duplicates {
  const { findRunningJobs, claims, searchList, ownSendings, lateFor, readJob } = parts;
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
   * A job of equal creates that got no answer: whoever has sent them may not have come back for them.
   *
   * @throws EqualJobUnknown as long as one may be running and cannot be seen
   */
  async function findUnanswered(
    { definition, fingerprint, claimId }: Wanted,
    context: ChangeContext,
  ): Promise<CachedJob | undefined> {
    const sent = await claims.find({ sandbox: context.sandbox, fingerprint }, mostClaims);
    const open = sent.filter(({ id, isSettled }) => !isSettled && id !== claimId);
    const [oldest, newest] = [open.at(-1), open[0]];
    if (oldest?.sentAtMs === undefined || newest?.sentAtMs === undefined) return undefined;
    // One search for all of them: it goes back to the oldest, and the others are its rivals.
    const since = ownSendings.find(oldest.id, oldest.sentAtMs);
    const result = await searchList({ definition, claimId: oldest.id, ...since, settlingMs: 0 }, context);
    const lateForMs = lateFor(ownSendings.find(newest.id, newest.sentAtMs));
    switch (result.kind) {
      case 'found':
        return findRunning([result.job.id], context);
      case 'none':
        if (lateForMs > 0) throw unknown(lateForMs, 'the list does not show it');
        return undefined;
      case 'unreadable':
        throw unknown(result.fault.details.retryAfterMs, result.fault.message);
      case 'unclear':
        if (result.jobIds.length === 0 || (await findRunning(result.jobIds, context)) !== undefined) {
          throw unknown(undefined, `it may be one of these jobs: ${result.jobIds.join(', ')}`);
        }
        return undefined;
    }
  }

  async function findRunning(ids: readonly string[], context: ChangeContext): Promise<CachedJob | undefined> {
    const read = await Promise.all(ids.map(async (id) => (await readJob(id, context)).cached));
    return read.find(({ state }) => !state.done);
  }

  async function findEqual(wanted: Wanted, context: ChangeContext): Promise<CachedJob | undefined> {
    const [known] = await findRunningJobs({ fingerprint: wanted.fingerprint }, 1, context);
    return known ?? (wanted.mode === 'allow' ? undefined : findUnanswered(wanted, context));
  }

  return {
    findEqual,
    async run(wanted, context, carryOut, reuse) {
      const { mode, fingerprint } = wanted;
      const key = `${context.sandbox}/${fingerprint}`;
      const end = mode === 'allow' ? begin(key) : await beginAlone(key, context.signal);
      try {
        if (mode === 'allow') return await carryOut();
        const equal = await findEqual(wanted, context);
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

function unknown(retryAfterMs: number | undefined, why: string): EqualJobUnknown {
  const detail =
    'An equal export was sent before, and it is not known so far whether it runs. Nothing was sent for this request.';
  const internal = `An equal create got no answer: ${why}`;
  return new EqualJobUnknown(detail, { internal, retryAfterMs: Math.max(1_000, retryAfterMs ?? askAgainMs) });
}
