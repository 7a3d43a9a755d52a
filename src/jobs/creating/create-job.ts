import type { AuditTrail } from '../../audit/audit-trail.ts';
import type { DuplicateMode, ExportPolicies } from '../../policies/rules.ts';
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
import type { Duplicates } from './duplicates.ts';
import { type FindOut, type FoundJob, isTaken } from './find-out.ts';
import type { Created, CreateWish } from './new-export.ts';
import { requirePolicies } from './require-policies.ts';
import type { TakePlace } from './running-limit.ts';
import type { SendCreate } from './send-create.ts';

export interface CreateJobParts {
  readonly claimCreate: ClaimCreate;
  readonly policies: ExportPolicies;
  readonly duplicates: Duplicates;
  /** Where neither the caller nor the policies say. */
  readonly duplicateJobs: DuplicateMode;
  readonly takePlace: TakePlace;
  readonly findOut: FindOut;
  readonly sendCreate: SendCreate;
  readonly audit: AuditTrail;
  readonly jobCache: JobCache;
  readonly readJob: ReadJob;
  readonly writeOrder: WriteOrder;
}

export type CreateJob = (wish: CreateWish, context: ChangeContext) => Promise<Created>;

/** One create while it is worked on. */
interface Work {
  readonly exported: DefinedExport;
  readonly claim: CreateClaim;
  readonly recorder: AuditRecorder;
}

/** What happens to a create, in order. Each step may end it; what was claimed is then freed, or kept if it was sent. */
export function createCreateJob(parts: CreateJobParts): CreateJob {
  const { claimCreate, policies, duplicates, takePlace, findOut, sendCreate, audit } = parts;
  const { jobCache, readJob, writeOrder } = parts;

  async function replay({ kind, jobId, json }: CreateOutcome, context: ChangeContext): Promise<Created> {
    const shown = json ?? (await readJob(jobId, context)).cached.state.representation.json;
    return { kind, id: jobId, json: shown, isReplayed: true };
  }

  /** The audit line comes first: once the outcome is kept, nobody looks for it any more. */
  async function keepCreated(
    { claim, recorder }: Work,
    context: ChangeContext,
    read: FoundJob,
  ): Promise<Created> {
    const { id, representation } = jobCache.set(context, { ...read, order: writeOrder.next() }).state;
    const { json } = representation;
    recorder.record('created', { jobId: id });
    // Platform says that it is this one's, so where another has taken it, this one is settled without owning it.
    const isOthers = (await claim.settle({ kind: 'created', jobId: id, json })) === 'job-taken';
    if (isOthers) await claim.settle({ kind: 'created', jobId: id, json }, { ownsJob: false });
    return { kind: 'created', id, json, isReplayed: false };
  }

  /** A job that was looked for is ours only if no other create has it, so here the claim comes first. */
  async function keepFound(
    { claim, recorder }: Work,
    context: ChangeContext,
    read: FoundJob,
  ): Promise<Created> {
    const { id, representation } = jobCache.set(context, { ...read, order: writeOrder.next() }).state;
    const { json } = representation;
    if ((await claim.settle({ kind: 'created', jobId: id, json })) === 'job-taken') throw isTaken(id);
    recorder.record('created', { jobId: id });
    return { kind: 'created', id, json, isReplayed: false };
  }

  async function reuse({ claim, recorder }: Work, { state }: CachedJob): Promise<Created> {
    const { id, representation } = state;
    const json = `${representation.json.slice(0, -1)},"reused":true}`;
    recorder.record('reused', { jobId: id });
    await claim.settle({ kind: 'reused', jobId: id, json });
    return { kind: 'reused', id, json, isReplayed: false };
  }

  async function send(work: Work, context: ChangeContext): Promise<Created> {
    const freePlace = await takePlace(context);
    try {
      const read = await sendCreate(work.exported, work.claim, context);
      return await (read.wasFound ? keepFound : keepCreated)(work, context, read);
    } catch (error) {
      const jobId = error instanceof Fault ? error.details.startedJobId : undefined;
      if (jobId !== undefined) {
        // It was started, although Platform does not show it.
        work.recorder.recordFault(error);
        await work.claim.settle({ kind: 'created', jobId });
      }
      throw error;
    } finally {
      freePlace();
    }
  }

  async function carryOut(work: Work, wish: CreateWish, context: ChangeContext): Promise<Created> {
    const { exported, claim } = work;
    const { definition, fingerprint } = exported;
    requirePolicies(policies, exported, definition, context.by);
    const allowed = await wish.allow(context);
    audit.requireWritable();
    if (claim.unresolved !== undefined) {
      const found = await findOut(definition, claim, allowed, { settlingMs: 0 });
      if (found !== undefined) return keepFound(work, allowed, found);
    }
    const mode = wish.duplicates ?? policies.duplicateJobs(context.by.policyName) ?? parts.duplicateJobs;
    return duplicates.run(
      { mode, definition, fingerprint, claimId: claim.id },
      allowed,
      () => send(work, allowed),
      (equal) => reuse(work, equal),
    );
  }

  return async (wish, asked) => {
    const exported = defineExport(wish.newExport);
    const recorder = createAuditRecorder({ trail: audit, action: 'create', context: asked });
    recorder.describe(describeExport(exported.definition, exported.fingerprint));
    const { context } = recorder;
    try {
      const claimed = await claimCreate(wish.idempotencyKey, exported, context);
      if (claimed.kind === 'settled') {
        const created = await replay(claimed.outcome, context);
        recorder.record('replayed', { jobId: created.id });
        return created;
      }
      const { claim } = claimed;
      try {
        return await carryOut({ exported, claim, recorder }, wish, context);
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
