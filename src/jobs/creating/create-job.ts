import type { AuditTrail } from '../../audit/audit-trail.ts';
import type { ExportPolicies } from '../../policies/rules.ts';
import { Fault } from '../../problems/fault.ts';
import type { AuditRecorder } from '../auditing/audit-recorder.ts';
import { createAuditRecorder } from '../auditing/create-audit-recorder.ts';
import { describeExport } from '../auditing/describe-export.ts';
import type { CachedJob } from '../cache/cached.ts';
import type { JobCache } from '../cache/job-cache.ts';
import type { ReadJob } from '../cache/read-job.ts';
import type { WriteOrder } from '../cache/write-order.ts';
import type { ChangeContext } from '../context.ts';
import type { ClaimCreate } from './claim-create.ts';
import type { CreateClaim } from './create-claim.ts';
import type { CreateOutcome } from './create-outcome.ts';
import { type DefinedExport, defineExport } from './define-export.ts';
import type { DuplicateModeFor } from './duplicate-mode-for.ts';
import type { Duplicates } from './duplicates.ts';
import { type FindOut, takenMeanwhile } from './find-out.ts';
import type { CreateCommand, Created } from './new-export.ts';
import { requirePolicies } from './require-policies.ts';
import type { TakePlace } from './running-limit.ts';
import type { SendCreate, SentJob } from './send-create.ts';

export interface CreateJobParts {
  readonly claimCreate: ClaimCreate;
  readonly policies: ExportPolicies;
  readonly duplicates: Duplicates;
  readonly duplicateModeFor: DuplicateModeFor;
  readonly takePlace: TakePlace;
  readonly findOut: FindOut;
  readonly sendCreate: SendCreate;
  readonly audit: AuditTrail;
  readonly jobCache: JobCache;
  readonly readJob: ReadJob;
  readonly writeOrder: WriteOrder;
}

export type CreateJob = (command: CreateCommand, context: ChangeContext) => Promise<Created>;

/** One create while it is worked on. */
interface Work {
  readonly exported: DefinedExport;
  readonly claim: CreateClaim;
  readonly recorder: AuditRecorder;
}

/** What happens to a create, in order. Each step may end it; what was claimed is then freed, or kept if it was sent. */
export function createCreateJob(parts: CreateJobParts): CreateJob {
  const { claimCreate, policies, duplicateModeFor, duplicates, takePlace, findOut, sendCreate, audit } =
    parts;
  const { jobCache, readJob, writeOrder } = parts;

  async function replay({ kind, jobId, json }: CreateOutcome, context: ChangeContext): Promise<Created> {
    const shown = json ?? (await readJob(jobId, context)).cached.state.representation.json;
    return { kind, id: jobId, json: shown, isReplayed: true };
  }

  async function keep(
    { claim, recorder }: Work,
    { source, ...read }: SentJob,
    context: ChangeContext,
  ): Promise<Created> {
    const { id, representation } = jobCache.set(context, { ...read, order: writeOrder.next() }).state;
    const { json } = representation;
    // The audit line comes first: once the outcome is kept, nobody looks for the job any more.
    if (source === 'answered') recorder.record('created', { jobId: id });
    // A job that was looked for is ours only if no other create has it.
    if (!(await claim.settle({ kind: 'created', jobId: id, json }, source))) throw takenMeanwhile(id);
    recorder.record('created', { jobId: id });
    return { kind: 'created', id, json, isReplayed: false };
  }

  async function reuse({ claim, recorder }: Work, { state }: CachedJob): Promise<Created> {
    const { id, representation } = state;
    const json = `${representation.json.slice(0, -1)},"reused":true}`;
    recorder.record('reused', { jobId: id });
    await claim.settle({ kind: 'reused', jobId: id, json }, 'answered');
    return { kind: 'reused', id, json, isReplayed: false };
  }

  async function send(work: Work, context: ChangeContext): Promise<Created> {
    const freePlace = await takePlace(context);
    try {
      return await keep(work, await sendCreate(work.exported, work.claim, context), context);
    } catch (error) {
      const jobId = error instanceof Fault ? error.details.startedJobId : undefined;
      if (jobId !== undefined) {
        // It was started, although Platform does not show it.
        work.recorder.recordFault(error);
        await work.claim.settle({ kind: 'created', jobId }, 'answered');
      }
      throw error;
    } finally {
      freePlace();
    }
  }

  async function carryOut(work: Work, command: CreateCommand, context: ChangeContext): Promise<Created> {
    const { exported, claim } = work;
    const { definition, fingerprint } = exported;
    const { id: claimId, isKeyed, unresolved: sent } = claim;
    // Before anything that could refuse it: what was sent once is not undone by a refusal, and its outcome is owed.
    if (sent !== undefined) {
      const found = await findOut.ofEarlier({ definition, claimId, isKeyed, sent }, context);
      if (found !== undefined) return keep(work, { ...found, source: 'found' }, context);
      claim.notCarriedOut();
    }
    requirePolicies(policies, exported, context.by);
    const allowed = await command.checkConditions(context);
    audit.requireWritable();
    const mode = duplicateModeFor(command, context.by);
    return duplicates.run(
      { mode, definition, fingerprint, claimId },
      allowed,
      () => send(work, allowed),
      (equal) => reuse(work, equal),
    );
  }

  return async (command, asked) => {
    const exported = defineExport(command.newExport);
    const recorder = createAuditRecorder({ trail: audit, action: 'create', context: asked });
    recorder.describe(describeExport(exported.definition, exported.fingerprint));
    const { context } = recorder;
    try {
      const claimed = await claimCreate(command.idempotencyKey, exported, context);
      if (claimed.kind === 'settled') {
        const created = await replay(claimed.outcome, context);
        recorder.record('replayed', { jobId: created.id });
        return created;
      }
      const { claim } = claimed;
      try {
        return await carryOut({ exported, claim, recorder }, command, context);
      } catch (error) {
        await claim.giveUp();
        throw error;
      }
    } catch (error) {
      recorder.recordFault(error);
      throw error;
    }
  };
}
