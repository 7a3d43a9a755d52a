import { hash } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { type Caller, isPermission, policyPrefixes, sharedCacheScope } from '../caller.ts';
import { readWords } from './claim-words.ts';
import { TokenRefused } from './token-refused.ts';
import { leewayMs } from './verify-token.ts';

export interface ClaimNames {
  readonly permissionsClaim: string;
  readonly sandboxesClaim: string;
}

type VerifiedClaims = JWTPayload & { readonly exp: number };

/** What names a client, in the order of trust: RFC 9068, then OpenID Connect, then Entra's first version. */
const clientClaims = ['client_id', 'azp', 'appid'];

/**
 * Whom a verified token is for, and what it permits. Pure.
 *
 * @param configured the sandboxes of this service; the first one is that of a token that says nothing of sandboxes
 * @throws TokenRefused where it names nobody
 */
export function toCaller(
  claims: VerifiedClaims,
  names: ClaimNames,
  configured: readonly string[],
): Caller & { readonly expiresAtMs: number } {
  const { kind, who } = subjectOf(claims);
  const words = readWords(claims, names.permissionsClaim) ?? [];
  const named = readWords(claims, names.sandboxesClaim);
  return {
    // Of a fixed length. As JSON, because no glued text may mean two callers.
    id: `jwt:${hash('sha256', JSON.stringify([claims.iss, kind, who]), 'base64url')}`,
    name: toPrintable(who),
    // As it stands in the token. A user who could choose the name of a client as its own is still no client.
    policyName: `${policyPrefixes[kind]}${who}`,
    permissions: new Set(words.filter(isPermission)),
    sandboxes: configured.filter((sandbox, at) => (named === undefined ? at === 0 : named.includes(sandbox))),
    cacheScope: sharedCacheScope,
    // As long as it is let in, so that a stream that has begun does not end at once.
    expiresAtMs: claims.exp * 1000 + leewayMs,
  };
}

/** The user or the machine that the token is about; a client only where it names no subject. */
function subjectOf(claims: JWTPayload): { kind: 'subject' | 'client'; who: string } {
  if (isName(claims.sub)) return { kind: 'subject', who: claims.sub };
  // A subject that cannot be read is not nobody: its client must not stand for it.
  const who = claims.sub === undefined ? clientClaims.map((name) => claims[name]).find(isName) : undefined;
  if (who === undefined) throw new TokenRefused('it names nobody ("sub", "client_id")');
  return { kind: 'client', who };
}

const isName = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';

const longestName = 100;

/** For the log: no control signs, nothing that is not seen or turns the direction of a line, and not without end. */
function toPrintable(name: string): string {
  const printable = name.toWellFormed().replaceAll(/[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, '?');
  const signs = [...printable];
  return signs.length <= longestName ? printable : `${signs.slice(0, longestName).join('')}…`;
}
