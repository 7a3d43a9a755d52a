import type { Operation } from './call.ts';
import { statusOfCode } from './error-code.ts';
import { meaningOfCode } from './platform-codes.ts';
import type { UpstreamError } from './read-error.ts';

/** What an error of Platform's means for us. */
export type Meaning =
  | 'throttled'
  /** Our credential or our permission. */
  | 'refuses-us'
  /** The address, or a proxy on the way: not transient, and not the caller's mistake. */
  | 'misconfigured'
  | 'no-such-job'
  /** What the caller has asked for. */
  | 'refuses-job'
  /** Transient: it may work a moment later. */
  | 'failed';

/** Who sent the answer: Platform answers with JSON or with nothing, a proxy in front of it with a page of its own. */
export type Speaker = 'platform' | 'somebody-else';

export interface ErrorAnswer {
  readonly operation: Operation;
  readonly status: number;
  readonly speaker: Speaker;
  readonly read: UpstreamError;
}

/** Not executed, because it did not reach the export jobs: a proxy, a portal, another server, another protocol. */
const misconfiguredStatuses = new Set([301, 307, 308, 405, 406, 407, 411, 417, 421, 426, 431, 501, 505, 511]);

/** They mean what the caller asked for, even without a message. */
const refusingStatuses = new Set([400, 409, 412, 413, 414, 416, 422, 423, 424, 428]);

/** Transient although they are 4xx: time-outs, and a request that came too early (RFC 8470). */
const failedStatuses = new Set([408, 425, 499]);

/**
 * What a status means, from 400 on, and a redirect that carries nothing out; the codes that change it are in
 * `platform-codes.ts`. Pure.
 */
export function classify({ operation, status, speaker, read }: ErrorAnswer): Meaning {
  if (status === 429) return 'throttled';
  const meaning = meaningOfCode(read.code, status);
  if (meaning === 'transient') return 'failed';
  if (meaning === 'our-mistake' || [401, 402, 403].includes(status)) return 'refuses-us';
  if (misconfiguredStatuses.has(status)) return 'misconfigured';
  if (failedStatuses.has(status) || status >= 500) return 'failed';
  if (status === 404 || status === 410) return classifyMissing({ operation, status, speaker, read });
  // Also from a proxy in front of Platform: whatever the body was, it was too large.
  if (status === 413 && operation === 'create') return 'refuses-job';
  if (speaker === 'somebody-else') return 'failed';
  if (refusingStatuses.has(status)) return 'refuses-job';
  return read.messages.length > 0 ? 'refuses-job' : 'misconfigured';
}

function classifyMissing({ operation, speaker, read }: ErrorAnswer): Meaning {
  if (operation === 'get' || operation === 'cancel') {
    // A load balancer without a server behind it answers every path with 404.
    return speaker === 'platform' ? 'no-such-job' : 'failed';
  }
  // The list of jobs always exists. What may not exist is something that a new job names.
  const isAboutJob = operation === 'create' && read.messages.length > 0 && !isOfGateway(read);
  return isAboutJob ? 'refuses-job' : 'misconfigured';
}

/** The gateway knows addresses and credentials, and nothing of jobs: its codes have six digits. */
function isOfGateway({ code }: UpstreamError): boolean {
  return code !== undefined && /^\d{6}$/.test(code);
}

/** Whether an attempt to create a job that has failed in this way may have started one. */
export function mayHaveStarted(meaning: Meaning, status: number): boolean {
  return meaning === 'failed' && (status >= 500 || status === 408 || status === 499);
}

/**
 * The status that an error in an answer with 2xx would have had, as far as it says: the gateway's codes begin with
 * one, maps of errors have it as a key.
 */
export function impliedStatus(read: UpstreamError): number | undefined {
  if (!read.isError) return undefined;
  const ofGateway = isOfGateway(read) ? statusOfCode(read.code) : undefined;
  return ofGateway ?? read.status ?? statusOfCode(read.code);
}
