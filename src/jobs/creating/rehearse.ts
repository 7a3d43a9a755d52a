import type { AuditTrail } from '../../audit/audit-trail.ts';
import type { DescribedRequest } from '../../platform/describe-request.ts';
import type { PlatformClient } from '../../platform/platform-client.ts';
import type { ExportPolicies } from '../../policies/rules.ts';
import { recordOutcome } from '../auditing/create-audit-recorder.ts';
import { describeExport } from '../auditing/describe-export.ts';
import type { ChangeContext } from '../context.ts';
import { type DefinedExport, defineExport } from './define-export.ts';
import type { DuplicateModeFor } from './duplicate-mode-for.ts';
import type { Duplicates } from './duplicates.ts';
import type { CreateCommand } from './new-export.ts';
import { requirePolicies } from './require-policies.ts';
import type { TakePlace } from './running-limit.ts';

/** What a create would come to. */
export interface Rehearsal {
  /** What a create would do now: start the job, answer with the one that runs, or be refused because of that. */
  readonly wouldBe: 'created' | 'reused' | 'refused';
  readonly fingerprint: string;
  /** A job with the same definition that is not done. */
  readonly equalJob: { readonly id: string; readonly status: string } | undefined;
  /** What Platform would be sent. */
  readonly request: DescribedRequest;
}

export type Rehearse = (command: CreateCommand, context: ChangeContext) => Promise<Rehearsal>;

export interface RehearseParts {
  readonly describeCreate: PlatformClient['describeCreate'];
  readonly policies: ExportPolicies;
  readonly duplicateModeFor: DuplicateModeFor;
  readonly duplicates: Pick<Duplicates, 'findEqual'>;
  readonly takePlace: TakePlace;
  readonly audit: AuditTrail;
}

const outcomes = { allow: 'created', reuse: 'reused', refuse: 'refused' } as const;

/**
 * Does what a create does up to the moment of sending, in the same order. Nothing is claimed, nothing is sent, and no
 * token is fetched, unless to read whether an equal job runs or whether the conditions hold.
 *
 * @throws what a create would be refused with before it is sent, except for the equal job: that is told
 */
export function createRehearse(parts: RehearseParts): Rehearse {
  const { describeCreate, policies, duplicateModeFor, duplicates, takePlace, audit } = parts;

  async function rehearse(
    exported: DefinedExport,
    command: CreateCommand,
    context: ChangeContext,
  ): Promise<Rehearsal> {
    const { definition, fingerprint, request } = exported;
    requirePolicies(policies, exported, context.by);
    const allowed = await command.checkConditions(context);
    const mode = duplicateModeFor(command, context.by);
    const equal = await duplicates.findEqual({ mode, definition, fingerprint, claimId: '' }, allowed);
    const wouldBe = equal === undefined ? 'created' : outcomes[mode];
    if (wouldBe === 'created') (await takePlace(allowed))();
    return {
      wouldBe,
      fingerprint,
      equalJob: equal && { id: equal.state.id, status: equal.state.status },
      request: describeCreate(request, context),
    };
  }

  return (command, asked) => {
    const exported = defineExport(command.newExport);
    const what = describeExport(exported.definition, exported.fingerprint);
    return recordOutcome(
      { trail: audit, action: 'rehearse', outcome: 'rehearsed', context: asked, what },
      (context) => rehearse(exported, command, context),
    );
  };
}
