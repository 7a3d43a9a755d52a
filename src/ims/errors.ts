import { faultOf } from '../problems/fault.ts';

/** IMS is down, slow, throttling or gives an answer that cannot be used: trying again later may help. */
export class TokenUnavailable extends faultOf('token-unavailable') {}

/** IMS understood and said no: only somebody who changes the credential can help. */
export class CredentialRefused extends faultOf('credential-refused') {}

/** Where IMS itself said when to try again, `details.retryAfterMs` has it; otherwise whoever rests adds it. */
export type TokenFault = TokenUnavailable | CredentialRefused;

export function isTokenFault(error: unknown): error is TokenFault {
  return error instanceof TokenUnavailable || error instanceof CredentialRefused;
}

/** The same fault for somebody who asks later: a new error with a stack of its own. */
export function withRetryAfter(fault: TokenFault, retryAfterMs: number): TokenFault {
  const Kind = fault instanceof CredentialRefused ? CredentialRefused : TokenUnavailable;
  return new Kind(fault.detail, { ...fault.details, internal: fault.message, retryAfterMs });
}
