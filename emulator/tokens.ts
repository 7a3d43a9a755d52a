import { createPrivateKey, type KeyObject, randomUUID, sign } from 'node:crypto';
import type { Clock } from '../src/observability/clock.ts';
import type { EmulatedCredential } from './credential.ts';

/** The tokens that the emulated IMS has issued and that the emulated gateway honours. */
export interface IssuedTokens {
  /** A web token with the claims that IMS puts into its own. */
  issue(lifeMs: number, scopes?: readonly string[]): string;
  honours(token: string): boolean;
  revoke(token: string): void;
  /** All of them at once, as after a change of the credential. */
  revokeAll(): void;
  /** The last thousand, revoked and expired ones included: what a test looks for in an output. */
  issued(): readonly string[];
}

const mostRemembered = 1000;
const header = { alg: 'RS256', x5u: 'ims_na1-key-1.cer', kid: 'ims_na1-key-1', itt: 'at' };

/** Signed with the credential's own key, whose public half `GET /control/credential` tells. */
export function createIssuedTokens(clock: Clock, credential: EmulatedCredential): IssuedTokens {
  const expiries = new Map<string, number>();
  const issued: string[] = [];
  let key: KeyObject | undefined;

  function webToken(claims: object): string {
    key ??= createPrivateKey(credential.privateKey);
    const content = [header, claims].map((part) => base64url(JSON.stringify(part))).join('.');
    return `${content}.${sign('sha256', Buffer.from(content), key).toString('base64url')}`;
  }

  return {
    issue(lifeMs, scopes = ['openid', 'AdobeID']) {
      const createdAtMs = clock.now();
      const token = webToken({
        // Something that a test can look for in what was decoded.
        id: `emulated-token-${randomUUID()}`,
        type: 'access_token',
        client_id: credential.clientId,
        user_id: credential.technicalAccountId,
        aa_id: credential.technicalAccountId,
        as: 'ims-na1',
        org: credential.orgId,
        scope: scopes.join(','),
        // Both are texts, and both count milliseconds: @adobe/aio-lib-ims adds them up.
        created_at: String(createdAtMs),
        expires_in: String(lifeMs),
      });
      expiries.set(token, createdAtMs + lifeMs);
      issued.push(token);
      if (issued.length > mostRemembered) expiries.delete(issued.shift() ?? '');
      return token;
    },
    honours: (token) => (expiries.get(token) ?? 0) > clock.now(),
    revoke: (token) => {
      expiries.delete(token);
    },
    revokeAll: () => expiries.clear(),
    issued: () => issued,
  };
}

/** The token of an `Authorization` header. The scheme's case does not matter, RFC 9110 section 11.1. */
export function bearerOf(authorization: string | undefined): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
