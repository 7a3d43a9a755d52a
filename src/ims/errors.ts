import { faultOf } from '../problems/fault.ts';

/** IMS is down, slow, throttling or gives an answer that cannot be used: trying again later may help. */
export class TokenUnavailable extends faultOf('token-unavailable') {}

/** IMS understood and said no: only somebody who changes the credential can help. */
export class CredentialRefused extends faultOf('credential-refused') {}

/** `details.retryAfterMs` is what IMS asked for; where it did not, the cool-down adds its own. */
export type TokenFault = TokenUnavailable | CredentialRefused;

export function isTokenFault(error: unknown): error is TokenFault {
  return error instanceof TokenUnavailable || error instanceof CredentialRefused;
}

/** The same fault for a later caller: a new error with its own stack. */
export function withRetryAfter(fault: TokenFault, retryAfterMs: number): TokenFault {
  const Kind = fault instanceof CredentialRefused ? CredentialRefused : TokenUnavailable;
  return new Kind(fault.detail, { ...fault.details, internal: fault.message, retryAfterMs });
}
