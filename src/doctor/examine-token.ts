import type { AccessToken, TokenIssuer } from '../ims/access-token.ts';
import { Fault } from '../problems/fault.ts';
import { checks } from './checks.ts';
import { type Finding, fails, ok, skipped, toFailure } from './finding.ts';

export interface TokenExamined {
  readonly findings: readonly Finding[];
  readonly token?: AccessToken;
  /** The check that fails; none when there is a token. */
  readonly failed?: string;
}

const scopeVariables = { oauth: 'ADOBE_SCOPES', jwt: 'ADOBE_META_SCOPES' };

/** Exchanges the credential for a token. IMS checks the scopes only after it has accepted the credential. */
export async function examineToken(issuer: TokenIssuer, credential: 'oauth' | 'jwt'): Promise<TokenExamined> {
  try {
    const token = await issuer.issue();
    return { findings: [ok(checks.credential), ok(checks.scopes)], token };
  } catch (error) {
    const failure = toFailure(error);
    if (error instanceof Fault && error.details.upstream?.code === 'invalid_scope') {
      const cure = `Compare ${scopeVariables[credential]} with the scopes that the Developer Console shows.`;
      const findings = [ok(checks.credential), fails(checks.scopes, { ...failure, cure })];
      return { findings, failed: checks.scopes };
    }
    const findings = [fails(checks.credential, failure), skipped(checks.scopes, checks.credential)];
    return { findings, failed: checks.credential };
  }
}
