import { Fault } from '../observability/fault.ts';

/** IMS is down, slow, throttling or not making sense: trying again later may help. */
export class TokenUnavailable extends Fault {
  readonly code = 'token-unavailable';
}

/** IMS understood and said no: only somebody who changes the credential can help. */
export class CredentialRefused extends Fault {
  readonly code = 'credential-refused';
}

export type TokenFault = TokenUnavailable | CredentialRefused;

/** How long callers should hold back when IMS does not say. */
export const defaultRetryAfterMs = 5_000;
