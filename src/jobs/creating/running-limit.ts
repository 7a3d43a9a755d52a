import type { ClaimFilter, Claims } from '../../claims/claims.ts';
import type { Clock } from '../../observability/clock.ts';
import type { ExportPolicies } from '../../policies/rules.ts';
import type { ChangeContext } from '../context.ts';
import type { PolicyRefused } from '../errors.ts';
import type { FindRunningJobs } from './find-running-jobs.ts';
import { toPolicyRefused } from './require-policies.ts';

export interface RunningLimitOptions {
  readonly policies: Pick<ExportPolicies, 'mostRunningJobs'>;
  readonly findRunningJobs: FindRunningJobs;
  readonly claims: Pick<Claims, 'find'>;
  readonly clock: Clock;
}

/**
 * Takes a place for a create among the jobs that may run at once.
 *
 * @returns what gives the place back, to be called when the create has ended: its job is then known, or there is none
 * @throws PolicyRefused where there is no place left; what `FindRunningJobs` throws
 */
export type TakePlace = (context: ChangeContext) => Promise<() => void>;

const rule = 'mostRunningJobs';
/** Adobe's samples run for 4 to 20 minutes. */
const longestRunMs = 60 * 60_000;
const mostClaims = 1_000;

/**
 * A create takes its place in the same turn in which it was found free, so of two at once only one gets the last. Each
 * process counts for itself the creates under way; jobs that are known count in all of them.
 */
export function createRunningLimit({
  policies,
  findRunningJobs,
  claims,
  clock,
}: RunningLimitOptions): TakePlace {
  const places = createPlaces();

  /** Creates of which nobody knows whether they have started a job: each may run. Those under way have their places. */
  async function countUnanswered(filter: ClaimFilter): Promise<number> {
    const sentSinceMs = clock.wallNow() - longestRunMs;
    const sent = await claims.find({ ...filter, sentSinceMs, notEnded: true }, mostClaims);
    return sent.filter(({ isSettled, isHeld }) => !isSettled && !isHeld).length;
  }

  return async (context) => {
    const { by, sandbox } = context;
    const ofSandbox = JSON.stringify([sandbox]);
    const ofCaller = JSON.stringify([sandbox, by.callerId]);
    // A caller without a limit takes places too: those who have one count all jobs of the sandbox.
    const take = () => places.take([ofSandbox, ofCaller]);
    const limit = policies.mostRunningJobs(by.policyName);
    if (limit === undefined) return take();
    const { most, of } = limit;
    const scope = of === 'caller' ? ofCaller : ofSandbox;
    const filter = of === 'caller' ? { caller: by.callerId } : {};
    for (;;) {
      using count = places.beginCount(scope);
      if (most === 0) throw refuse(most, of);
      const [running, unanswered] = await Promise.all([
        findRunningJobs(filter, most, context),
        countUnanswered({ sandbox, ...filter }),
      ]);
      if (running.length + unanswered + places.taken(scope) >= most) throw refuse(most, of);
      // Where a create has ended meanwhile, its job may be in neither number.
      if (!count.hasMissed()) return take();
    }
  };
}

function refuse(most: number, of: 'caller' | 'everyone'): PolicyRefused {
  const whose = of === 'caller' ? 'of one caller' : 'of this sandbox';
  const jobs = `${most} ${most === 1 ? 'job' : 'jobs'}`;
  const detail = `at most ${jobs} ${whose} may run at once, and so many do: wait for one to end`;
  return toPolicyRefused([{ rule, place: { part: 'whole' }, detail }]);
}

/** The creates under way in each scope. */
function createPlaces() {
  const taken = new Map<string, number>();
  const counts = new Set<{ readonly scope: string; missed: boolean }>();

  function add(scope: string, difference: 1 | -1): void {
    const count = (taken.get(scope) ?? 0) + difference;
    if (count === 0) taken.delete(scope);
    else taken.set(scope, count);
  }

  return {
    taken: (scope: string) => taken.get(scope) ?? 0,
    /** Notices whether a place of the scope is given back, until it is disposed of. */
    beginCount(scope: string) {
      const count = { scope, missed: false };
      counts.add(count);
      return { hasMissed: () => count.missed, [Symbol.dispose]: () => counts.delete(count) };
    },
    take(scopes: readonly string[]): () => void {
      let isTaken = true;
      for (const scope of scopes) add(scope, 1);
      return () => {
        if (!isTaken) return;
        isTaken = false;
        for (const scope of scopes) add(scope, -1);
        for (const count of counts) count.missed ||= scopes.includes(count.scope);
      };
    },
  };
}
