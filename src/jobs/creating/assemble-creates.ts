import type { AuditTrail } from '../../audit/audit-trail.ts';
import type { Claims } from '../../claims/claims.ts';
import type { Clock } from '../../observability/clock.ts';
import type { Log } from '../../observability/log.ts';
import type { PlatformClient } from '../../platform/platform-client.ts';
import type { DuplicateMode, ExportPolicies } from '../../policies/rules.ts';
import type { JobCache } from '../cache/job-cache.ts';
import type { ReadJob } from '../cache/read-job.ts';
import type { WriteOrder } from '../cache/write-order.ts';
import type { PlatformJobs } from '../platform-jobs.ts';
import { createClaimCreate } from './claim-create.ts';
import { type CreateJob, createCreateJob } from './create-job.ts';
import { createDuplicateModeFor } from './duplicate-mode-for.ts';
import { createDuplicates } from './duplicates.ts';
import { createFindOut } from './find-out.ts';
import { createFindRunningJobs } from './find-running-jobs.ts';
import { createLateFor } from './late-for.ts';
import { createOwnSendings } from './own-sendings.ts';
import { recoverCreates } from './recover-creates.ts';
import { createRehearse, type Rehearse } from './rehearse.ts';
import { createRunningLimit } from './running-limit.ts';
import { createSearchList } from './search-list.ts';
import { createSendCreate } from './send-create.ts';

export interface CreatesOptions {
  readonly duplicateJobs: DuplicateMode;
  /** For how long the outcome of a create is kept. */
  readonly keptForMs: number;
  /** For how long a create is a process's own without a sign of life. */
  readonly leaseMs: number;
  /** How long a request waits for an earlier one with the same key. */
  readonly keyWaitMs: number;
  /** For how long after a create without an answer its job is looked for. */
  readonly settlingMs: number;
  /** How long after it was sent a create may still be carried out by Platform. */
  readonly lateMs: number;
}

export interface CreatesParts {
  readonly creates: CreatesOptions;
  readonly claims: Claims;
  readonly policies: ExportPolicies;
  readonly audit: AuditTrail;
  readonly platform: PlatformJobs;
  readonly describeCreate: PlatformClient['describeCreate'];
  readonly readJob: ReadJob;
  readonly jobCache: JobCache;
  readonly writeOrder: WriteOrder;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Creates {
  readonly createJob: CreateJob;
  readonly rehearse: Rehearse;
  /** Ends what looks for creates of a process that died. */
  close(): void;
}

/** Wires what makes creates happen once, and only what was meant. */
export function assembleCreates(parts: CreatesParts): Creates {
  const { creates, claims, policies, readJob, jobCache, clock } = parts;
  const searchList = createSearchList({ ...parts, ...creates });
  const ownSendings = createOwnSendings(creates.keptForMs, clock);
  const lateFor = createLateFor(creates.lateMs, clock);
  const findOut = createFindOut({ ...creates, searchList, lateFor });
  const held = new Set<string>();
  const findRunningJobs = createFindRunningJobs({ claims, jobCache, readJob });
  const takePlace = createRunningLimit({ policies, findRunningJobs, claims, clock });
  const duplicates = createDuplicates({ findRunningJobs, claims, searchList, ownSendings, lateFor, readJob });
  const duplicateModeFor = createDuplicateModeFor(policies, creates.duplicateJobs);
  const rehearse = createRehearse({ ...parts, duplicateModeFor, duplicates, takePlace });
  const createJob = createCreateJob({
    ...parts,
    claimCreate: createClaimCreate({ ...parts, ...creates, ownSendings, held }),
    duplicates,
    duplicateModeFor,
    takePlace,
    findOut,
    sendCreate: createSendCreate({ ...parts, findOut }),
  });
  return { createJob, rehearse, close: recoverCreates({ ...parts, ...creates, findOut, held }) };
}
