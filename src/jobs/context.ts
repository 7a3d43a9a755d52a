import type { CallContext } from '../platform/call.ts';
import type { AuditRecorder } from './auditing/audit-recorder.ts';

/** Whose jobs a caller sees. A cached answer is served only within its own scope. */
export interface Scope {
  readonly sandbox: string;
  /** What the caller is allowed to see, in one word. Callers with the same word share cached answers. */
  readonly permission: string;
}

/** Who asks for a change, for what is kept and written down for each caller. */
export interface Requester {
  /** Tells one caller from all others for good: the address of who is not authenticated is not in it. */
  readonly callerId: string;
  /** By which export policies know it: no caller can choose another's. Nothing for who is not authenticated. */
  readonly policyName: string | undefined;
  /** As the operator knows it; in the audit trail. */
  readonly callerName: string | undefined;
  /** For whom a trusted gateway says that it sends the request. Never a reason to allow anything. */
  readonly user: string | undefined;
}

/** The request for which jobs are changed. */
export interface ChangeContext extends JobsContext {
  readonly by: Requester;
  /** The request's line in the audit trail, where it was opened before. Whoever opens it tells it of the calls by `observe`. */
  readonly recorder?: AuditRecorder | undefined;
}

/** The request for which jobs are read or changed. */
export interface JobsContext extends Scope, CallContext {
  /** Platform is to be asked even if a cached answer is fresh (`no-cache`, RFC 9111, 5.2.1.4). */
  readonly noCache?: boolean;
}

/**
 * The cache key of `name` within a scope. `name` is a job's id, or begins with `?`. No sandbox's name contains a
 * slash, and a name that contains one is encoded. So two keys are equal only if all three parts are equal.
 */
export function keyOf({ sandbox, permission }: Scope, name: string): string {
  const part = name.includes('/') ? `//${encodeURIComponent(name.toWellFormed())}` : name;
  return `${sandbox}/${part}/${permission}`;
}
