import type { Log } from '../observability/log.ts';
import type { AccessToken, TokenIssuer } from './access-token.ts';
import { CredentialRefused } from './errors.ts';

/** An issuer with one of the client secrets, and the variable that people know the secret by. */
export interface NamedIssuer {
  readonly variable: string;
  readonly issuer: TokenIssuer;
}

interface TwoSecretsOptions {
  readonly first: NamedIssuer;
  readonly next: NamedIssuer;
  readonly log: Log;
}

/**
 * A credential can hold two client secrets at once, so that one can be replaced without a gap: when IMS
 * refuses the one in use, the other one is tried, and stays in use if it is accepted.
 *
 * Both make the same token, so the identity is that of either.
 */
export function createTwoSecretsIssuer({ first, next, log }: TwoSecretsOptions): TokenIssuer {
  let [inUse, other] = [first, next];

  async function tryOther(refusal: CredentialRefused): Promise<AccessToken> {
    const issued = await other.issuer.issue().catch((error: unknown) => {
      // Both refused: what counts is the one in use. An outage says nothing about either, so it goes first.
      throw error instanceof CredentialRefused ? refusal : error;
    });
    log.warn(
      { refused: inUse.variable, inUse: other.variable },
      `IMS refuses ${inUse.variable} and accepts ${other.variable}, which is used first from now on`,
    );
    [inUse, other] = [other, inUse];
    return issued;
  }

  return {
    identity: first.issuer.identity,
    async issue() {
      try {
        return await inUse.issuer.issue();
      } catch (error) {
        if (isWrongSecret(error)) return tryOther(error);
        throw error;
      }
    },
  };
}

/** Another secret cures nothing else: a wrong scope is wrong with both. */
function isWrongSecret(error: unknown): error is CredentialRefused {
  return error instanceof CredentialRefused && error.details.upstream?.code === 'invalid_client';
}
