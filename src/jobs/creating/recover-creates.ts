import type { AuditTrail } from '../../audit/audit-trail.ts';
import type { ClaimRecord, Claims, HeldClaim } from '../../claims/claims.ts';
import type { Clock } from '../../observability/clock.ts';
import type { Log } from '../../observability/log.ts';
import { Fault } from '../../problems/fault.ts';
import type { AuditRecorder } from '../auditing/audit-recorder.ts';
import { createAuditRecorder } from '../auditing/create-audit-recorder.ts';
import { describeExport } from '../auditing/describe-export.ts';
import type { JobCache } from '../cache/job-cache.ts';
import type { WriteOrder } from '../cache/write-order.ts';
import type { ChangeContext } from '../context.ts';
import { readMemo } from './create-memo.ts';
import { type DefinedExport, defineExport } from './define-export.ts';
import type { FindOut } from './find-out.ts';
import { type WorkingClaim, workOnClaim } from './work-on-claim.ts';

export interface RecoverCreatesParts {
  readonly claims: Claims;
  readonly findOut: FindOut;
  readonly audit: AuditTrail;
  readonly jobCache: JobCache;
  readonly writeOrder: WriteOrder;
  readonly leaseMs: number;
  readonly clock: Clock;
  readonly log: Log;
  /** The ids of the claims that this process works on. */
  readonly held: Set<string>;
}

interface Abandoned {
  readonly working: WorkingClaim;
  readonly record: ClaimRecord;
  readonly exported: DefinedExport;
  readonly context: ChangeContext;
  readonly recorder: AuditRecorder;
}

/** So long after a look that told nothing comes the next one. */
const firstDelayMs = 5_000;
const longestDelayMs = 5 * 60_000;
/** Whose a job is may be seen only when another create that could own it has ended. */
const mostUnclear = 6;

/**
 * Finds out what came of the creates of a process that has died, and writes the lines of the audit trail that it could
 * not write any more. Looks for such creates at once, and then after each lease.
 *
 * @returns what ends it; what is not found out by then is taken up again after the next start
 */
export function recoverCreates(parts: RecoverCreatesParts): () => void {
  const { claims, findOut, audit, jobCache, writeOrder, leaseMs, clock, log, held: own } = parts;
  let isClosed = false;
  const timers = new Set<() => void>();

  function later(delayMs: number, run: () => Promise<void>): void {
    if (isClosed) return;
    const cancel = clock.after(
      delayMs,
      () => {
        timers.delete(cancel);
        void run();
      },
      { keepsProcessAlive: false },
    );
    timers.add(cancel);
  }

  async function takeUp(): Promise<void> {
    later(leaseMs, takeUp);
    try {
      for (const { held, record } of await claims.takeAbandoned(leaseMs, own)) await tryToBegin(held, record);
    } catch (error) {
      log.error({ error: String(error) }, 'Creates of a process that died cannot be looked up');
    }
  }

  /** One that cannot be read keeps none of the others back, and its own key is left to its caller. */
  async function tryToBegin(held: HeldClaim, record: ClaimRecord): Promise<void> {
    try {
      begin(held, record);
    } catch (error) {
      await claims.suspend(held);
      log.error({ error: String(error), claim: record.id }, 'A create of a process that died cannot be read');
    }
  }

  function begin(held: HeldClaim, record: ClaimRecord): void {
    const { request, requestId, permission, by } = readMemo(record.memo);
    const { sandbox, sentAtMs } = record;
    const exported = defineExport({ request, form: 'adobes' });
    const { policyName, callerName, user, callerId } = by;
    const asked = { sandbox, permission, requestId, by: { callerId, policyName, callerName, user } };
    const recorder = createAuditRecorder({ trail: audit, action: 'create', context: asked });
    const sent = sentAtMs === undefined ? {} : { sentAtMs };
    recorder.describe({
      ...describeExport(exported.definition, exported.fingerprint),
      ...sent,
      recovered: true,
    });
    const working = workOnClaim(held, parts);
    log.warn({ sandbox, requestId }, 'A create was under way when its process died: looking for its job');
    void look({ working, record, exported, context: recorder.context, recorder }, 1);
  }

  async function look(abandoned: Abandoned, count: number): Promise<void> {
    const { working, record, exported, context, recorder } = abandoned;
    const { id: claimId, sentAtMs = clock.wallNow() } = record;
    const { definition } = exported;
    try {
      const found = await findOut.ofEarlier(
        { definition, claimId, isKeyed: true, sent: { sentAtMs } },
        context,
      );
      if (isClosed) return;
      if (found === undefined) {
        recorder.record('not-confirmed');
        return await working.suspend();
      }
      const { id, representation } = jobCache.set(context, { ...found, order: writeOrder.next() }).state;
      const outcome = { kind: 'created', jobId: id, json: representation.json } as const;
      if (await working.settle(outcome, 'found')) return recorder.record('created', { jobId: id });
    } catch (error) {
      if (isClosed) return;
      if (!(error instanceof Fault)) log.error({ error: String(error) }, 'A create cannot be looked up');
      // One that was not seen may still come; one that nobody can tell stays what it is.
      if (error instanceof Fault && error.details.retryAfterMs === undefined && count >= mostUnclear) {
        recorder.recordFault(error);
        return await working.suspend();
      }
    }
    later(Math.min(firstDelayMs * 2 ** (count - 1), longestDelayMs), () => look(abandoned, count + 1));
  }

  void takeUp();
  return () => {
    isClosed = true;
    for (const cancel of timers) cancel();
  };
}
