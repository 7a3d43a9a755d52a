import type { Clock } from '../observability/clock.ts';
import { type Difference, tellDifference } from '../observability/tell-difference.ts';
import { createFindViolations, type FindViolations } from './find-violations.ts';
import type { Policies, Rules } from './policies.ts';
import type { ExportPolicies } from './rules.ts';

export interface ReplaceablePolicies extends ExportPolicies {
  /** Puts others in their place, for the next export. */
  replace(policies: Policies): PolicyChange;
}

/** For the log. */
export interface PolicyChange extends Difference {
  /** Whether the rules for everyone are other ones. */
  readonly everyone: boolean;
}

/** What counts for one caller: its own rules, and those of everyone where it has none of its own. */
interface Counting {
  readonly rules: Rules;
  readonly findViolations: FindViolations;
  readonly runningOf: 'caller' | 'everyone';
}

/** Policies that are replaced as a whole, so no export is judged by half of a change. */
export function createExportPolicies(initial: Policies, clock: Clock): ReplaceablePolicies {
  let index = toIndex(initial);
  const countingFor = (caller: string | undefined) =>
    (caller === undefined ? undefined : index.byCaller.get(caller)) ?? index.forOthers;

  return {
    findViolations: (caller, content) => countingFor(caller).findViolations(content, clock.wallNow()),
    mostRunningJobs(caller) {
      const { rules, runningOf } = countingFor(caller);
      const most = rules.mostRunningJobs ?? undefined;
      return most === undefined ? undefined : { most, of: runningOf };
    },
    duplicateJobs: (caller) => countingFor(caller).rules.duplicateJobs ?? undefined,
    replace(policies) {
      const earlier = index;
      index = toIndex(policies);
      return {
        everyone: toText(earlier.policies.everyone) !== toText(policies.everyone),
        ...tellDifference(
          earlier.policies.callers,
          policies.callers,
          (one, other) => toText(one) === toText(other),
        ),
      };
    },
  };
}

function toIndex(policies: Policies) {
  const { everyone, callers } = policies;
  const toCounting = (own: Rules): Counting => {
    const rules = { ...everyone, ...own };
    const runningOf = own.mostRunningJobs === undefined ? 'everyone' : 'caller';
    return { rules, findViolations: createFindViolations(rules), runningOf };
  };
  return {
    policies,
    forOthers: toCounting({}),
    byCaller: new Map([...callers].map(([name, own]) => [name, toCounting(own)])),
  };
}

const toText = (rules: Rules) => JSON.stringify(rules);
