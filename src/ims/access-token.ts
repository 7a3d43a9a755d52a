import { createHash } from 'node:crypto';
import type { Secret } from '../observability/secret.ts';

/** A bearer token, the moment it was asked for, and the one from which IMS no longer honours it. */
export interface AccessToken {
  readonly value: Secret;
  /**
   * Both by this process's own clock, so other processes cannot use them: a shared cache would have to keep the
   * time that is left.
   */
  readonly issuedAtMs: number;
  readonly expiresAtMs: number;
}

/** One way to obtain a new token. `identity` stands for all that shapes the token and holds no secret. */
export interface TokenIssuer {
  readonly identity: string;
  /** @throws TokenUnavailable, CredentialRefused */
  issue(): Promise<AccessToken>;
}

/** What `platform` sees: a token that is valid now, and a way to report one that was refused. */
export interface TokenSource {
  /**
   * The cached token, or a promise of a new one.
   *
   * @throws TokenUnavailable, CredentialRefused (the promise is rejected)
   */
  current(): AccessToken | Promise<AccessToken>;
  /** Drops this very token, if it is still the cached one. */
  reject(refused: AccessToken): void | Promise<void>;
}

const shortestLifeMs = 5_000;
const longestLifeMs = 48 * 60 * 60 * 1000;

/**
 * IMS counts in seconds on one of its endpoints and in milliseconds on the other, and products have mixed
 * them up in both directions. A life outside 5 s to 48 h is a sign of that, so it is not believed.
 */
export function isCredibleLife(lifeMs: number): boolean {
  return lifeMs >= shortestLifeMs && lifeMs <= longestLifeMs;
}

/**
 * One key for everything that makes a token what it is. The parts are hashed as a JSON array: joined strings could
 * give two credentials the same key, and one credential the other's token.
 */
export function tokenIdentity(parts: readonly (string | readonly string[])[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
