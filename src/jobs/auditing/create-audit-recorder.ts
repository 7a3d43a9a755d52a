import type { AuditAction, AuditEntry, AuditOutcome, AuditTrail } from '../../audit/audit-trail.ts';
import { Fault } from '../../problems/fault.ts';
import type { ChangeContext, Requester } from '../context.ts';
import { PolicyRefused } from '../errors.ts';
import type { Audited, AuditRecorder } from './audit-recorder.ts';
import { outcomeOfFault } from './outcome-of-fault.ts';

export interface AskedFor {
  readonly action: AuditAction;
  readonly by: Requester;
  /** Ours. */
  readonly requestId: string;
}

/** A line for whoever asks, to be written when it is known what has come of it. */
export function openAuditRecord(trail: AuditTrail, { action, by, requestId }: AskedFor): AuditRecorder {
  const platformRequestIds: string[] = [];
  let described: Audited = {};
  let wasSent = false;
  let isWritten = false;

  function write(outcome: AuditOutcome, what: Audited, fault: Pick<AuditEntry, 'code' | 'rules'>): void {
    if (isWritten) return;
    isWritten = true;
    trail.write({
      ...described,
      ...what,
      ...fault,
      action,
      outcome,
      caller: by.callerName,
      callerId: by.callerId,
      user: by.user,
      sandbox: what.sandbox ?? described.sandbox,
      requestId,
      platformRequestIds,
    });
  }

  return {
    describe(what) {
      described = { ...described, ...what };
    },
    observe({ operation, status, requestId: platformsOwn }) {
      if (platformsOwn !== undefined) platformRequestIds.push(platformsOwn);
      if (operation === action && (status === undefined || status < 300 || status >= 500)) wasSent = true;
    },
    record: (outcome, what = {}) => write(outcome, what, {}),
    recordFault(error, what = {}) {
      const outcome = outcomeOfFault(error, action, wasSent);
      if (!(error instanceof Fault)) return write(outcome, what, { code: 'internal-error' });
      const { code, details } = error;
      const rules = error instanceof PolicyRefused ? error.rules : undefined;
      const jobId = details.startedJobId ?? details.runningJobId;
      write(outcome, { ...what, ...(jobId !== undefined && { jobId }) }, { code, ...(rules && { rules }) });
    },
  };
}

export interface AuditRecorderOptions {
  readonly trail: AuditTrail;
  readonly action: AuditAction;
  readonly context: ChangeContext;
}

/**
 * The line of the request that a use case serves, and the context with which Platform is to be called for it. Where the
 * request has one already, opened where it came in, it is that one.
 */
export function createAuditRecorder({
  trail,
  action,
  context,
}: AuditRecorderOptions): AuditRecorder & { readonly context: ChangeContext } {
  const { sandbox, recorder: opened } = context;
  const recorder = opened ?? openAuditRecord(trail, { action, ...context });
  recorder.describe({ sandbox });
  // Whoever has opened it tells it of the calls.
  if (opened !== undefined) return { ...opened, context };
  function observe(...[call]: Parameters<AuditRecorder['observe']>): void {
    recorder.observe(call);
    context.observe?.(call);
  }
  return { ...recorder, context: { ...context, recorder, observe } };
}

/**
 * Does `work`, and writes the line of what has come of it.
 *
 * @param what what it is about
 */
export async function recordOutcome<Value>(
  options: AuditRecorderOptions & { readonly outcome: AuditOutcome; readonly what: Audited },
  work: (context: ChangeContext) => Promise<Value>,
): Promise<Value> {
  const recorder = createAuditRecorder(options);
  recorder.describe(options.what);
  try {
    const value = await work(recorder.context);
    recorder.record(options.outcome);
    return value;
  } catch (error) {
    recorder.recordFault(error);
    throw error;
  }
}
