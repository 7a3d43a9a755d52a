import type { DescribedRequest } from '../../platform/describe-request.ts';
import type { PlatformClient } from '../../platform/platform-client.ts';
import type { DuplicateMode } from '../../policies/rules.ts';
import type { ChangeContext } from '../context.ts';
import type { CreateWish, NewExport } from './new-export.ts';
import type { FindRunningJobs } from './running-jobs.ts';

/** What a create would come to. */
export interface Rehearsal {
  /** What a create would do now: start the job, answer with the one that runs, or be refused because of that. */
  readonly wouldBe: 'created' | 'reused' | 'refused';
  readonly fingerprint: string | undefined;
  /** A job with the same definition that is not done. */
  readonly equalJob: { readonly id: string; readonly status: string } | undefined;
  /** What Platform would be sent. */
  readonly request: DescribedRequest;
}

export type Rehearse = (wish: CreateWish, context: ChangeContext) => Promise<Rehearsal>;

export interface RehearseParts {
  readonly describeCreate: PlatformClient['describeCreate'];
  /** Nothing where equal exports are not told apart; then none is looked for. */
  readonly fingerprintOf: (newExport: NewExport) => string | undefined;
  /** Throws what a create would be refused with. */
  readonly requirePolicies: (newExport: NewExport, context: ChangeContext) => Promise<void>;
  readonly findRunningJobs: FindRunningJobs;
  /** What a create is to do where an equal job runs: as asked, or as the policies and the settings say. */
  readonly duplicatesFor: (asked: DuplicateMode | undefined, context: ChangeContext) => DuplicateMode;
}

const outcomes = { allow: 'created', reuse: 'reused', refuse: 'refused' } as const;

/**
 * Does what a create does up to the moment of sending, in the same order. Nothing is claimed, nothing is sent, and no
 * token is fetched, unless to read whether an equal job runs or whether the conditions hold.
 *
 * @throws what a create would be refused with before it is sent, except for the equal job: that is told
 */
export function createRehearse(parts: RehearseParts): Rehearse {
  const { describeCreate, fingerprintOf, requirePolicies, findRunningJobs, duplicatesFor } = parts;

  return async ({ newExport, duplicates, allow }, context) => {
    await requirePolicies(newExport, context);
    const allowed = await allow(context);
    const fingerprint = fingerprintOf(newExport);
    const [equal] = fingerprint === undefined ? [] : await findRunningJobs({ fingerprint }, 1, allowed);
    return {
      wouldBe: equal === undefined ? 'created' : outcomes[duplicatesFor(duplicates, context)],
      fingerprint,
      equalJob: equal && { id: equal.state.id, status: equal.state.status },
      request: describeCreate(newExport.request, context),
    };
  };
}
