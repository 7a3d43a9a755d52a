import type { UpstreamReport } from '../problems/fault.ts';
import type { TokenIssuer } from './access-token.ts';
import { CredentialRefused, isTokenFault, TokenUnavailable } from './errors.ts';

/** The same issuer, with `hide` applied to what IMS says when it gives no token: callers see that. */
export function createMaskingIssuer(issuer: TokenIssuer, hide: (text: string) => string): TokenIssuer {
  return {
    identity: issuer.identity,
    async issue() {
      try {
        return await issuer.issue();
      } catch (error) {
        if (!isTokenFault(error) || error.details.upstream === undefined) throw error;
        const Kind = error instanceof CredentialRefused ? CredentialRefused : TokenUnavailable;
        const upstream = maskReport(error.details.upstream, hide);
        // The log may keep it.
        throw new Kind(error.detail, { ...error.details, internal: error.message, upstream });
      }
    },
  };
}

function maskReport(report: UpstreamReport, hide: (text: string) => string): UpstreamReport {
  const { code, messages, requestId } = report;
  return {
    ...report,
    ...(code !== undefined && { code: hide(code) }),
    ...(messages !== undefined && { messages: messages.map(hide) }),
    ...(requestId !== undefined && { requestId: hide(requestId) }),
  };
}
