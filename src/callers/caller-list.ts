import type { Clock } from '../observability/clock.ts';
import type { Caller, Permission } from './caller.ts';
import { invalidCredential } from './errors.ts';

/** A caller as the operator lists it, checked. */
export interface ListedCaller {
  readonly name: string;
  /** The SHA-256 of each of its keys, in lower-case hex. */
  readonly keys: readonly string[];
  /** The SHA-256 of each of its certificates in DER, in lower-case hex. */
  readonly certificates: readonly string[];
  readonly permissions: readonly Permission[];
  /** The default sandbox first. */
  readonly sandboxes: readonly string[];
  readonly expiresAtMs: number | undefined;
  readonly readsPerMinute: number | undefined;
  readonly writesPerMinute: number | undefined;
}

/** The callers that the operator has listed, as the list says now: it may be another one at the next call. */
export interface CallerList {
  /**
   * Also one that has expired: see `requireValid`.
   *
   * @param sha256 of the key, in lower-case hex
   */
  byKey(sha256: string): Caller | undefined;
  /**
   * Also one that has expired: see `requireValid`.
   *
   * @param sha256 of the certificate in DER, in lower-case hex
   */
  byCertificate(sha256: string): Caller | undefined;
}

/**
 * The caller, if there is one and it has not expired. The answer is the same for both faults, so it does not tell which
 * credentials have existed; only the log does.
 *
 * @param detail for the caller, such as `The key is not valid.`
 * @throws NotAuthenticated
 */
export function requireValid(found: Caller | undefined, detail: string, clock: Clock): Caller {
  if (found === undefined) throw invalidCredential(detail);
  const { name, expiresAtMs } = found;
  if (expiresAtMs === undefined || clock.wallNow() < expiresAtMs) return found;
  throw invalidCredential(detail, `The caller ${name} has expired: see \`expires\` in CALLERS_FILE.`);
}
