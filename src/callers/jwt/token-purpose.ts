import type { JWTPayload } from 'jose';

/** Claims that only an ID token has: they bind it to what was issued together with it (OpenID Connect Core, 3.3.2.11). */
const idTokenClaims = ['at_hash', 'c_hash', 's_hash'];
/** What Keycloak writes into a claim `typ`, and Cognito into `token_use`. */
const otherUses = new Set<unknown>(['id', 'refresh', 'offline', 'logout']);
const scopeClaims = ['scope', 'scp', 'client_id'];

/**
 * Whether a token says that it is for something else than to call an API. An ID token tells a client who has logged in; it
 * passes through browsers, and names no permission. Where an issuer writes nothing that tells it apart, only its audience
 * does: that of an ID token is its client.
 */
export function isForSomethingElse(claims: JWTPayload): boolean {
  const has = (name: string) => Object.hasOwn(claims, name);
  if (idTokenClaims.some(has) || has('events')) return true;
  const { token_use: cognito, typ: keycloak } = claims;
  const uses = [cognito, keycloak].map(lowerCase);
  if (uses.some((word) => otherUses.has(word))) return true;
  // Some access tokens have it too, but they say what they allow or for which client they are.
  return has('nonce') && !scopeClaims.some(has) && !uses.includes('bearer');
}

function lowerCase(value: unknown): unknown {
  return typeof value === 'string' ? value.toLowerCase() : value;
}
