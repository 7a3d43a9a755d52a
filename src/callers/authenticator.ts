import type { Caller } from './caller.ts';
import { invalidCredential, NotAuthenticated } from './errors.ts';

/** All that a request can bring to prove who sends it. */
export interface Credentials {
  /** `Authorization: Bearer …` (RFC 6750). */
  readonly bearer: string | undefined;
  /** `x-caller-key`, for callers whose `Authorization` header belongs to somebody else. */
  readonly key: string | undefined;
  /** The client's certificate, verified by TLS here or by a trusted gateway. */
  readonly certificate: ClientCertificate | undefined;
}

export interface ClientCertificate {
  /** The SHA-256 of the certificate in DER, in lower-case hex without colons. */
  readonly sha256: string;
  /** The end of its validity, by the wall clock; nothing where a gateway does not say it. */
  readonly expiresAtMs: number | undefined;
}

/** One way to prove who one is. */
export interface Authenticator {
  /** Whether these credentials are of its kind; whether they are valid is not asked. */
  accepts(credentials: Credentials): boolean;
  /** @throws NotAuthenticated, AuthenticationUnavailable */
  authenticate(credentials: Credentials): Caller | Promise<Caller>;
}

/**
 * The first way that takes the credentials decides, and no other is tried after a refusal: a caller that brings a wrong
 * key is refused, whatever else it brings.
 */
export function firstOf(authenticators: readonly Authenticator[], ways: string): Authenticator {
  return {
    accepts: (credentials) => authenticators.some((one) => one.accepts(credentials)),
    authenticate(credentials) {
      const found = authenticators.find((one) => one.accepts(credentials));
      if (found !== undefined) return found.authenticate(credentials);
      if (Object.values(credentials).some((one) => one !== undefined)) {
        throw invalidCredential(`This credential is of no kind that is accepted here: ${ways}.`);
      }
      const detail = `This request says nothing about who sends it. Accepted here: ${ways}.`;
      throw new NotAuthenticated(detail, { challenge: {} });
    },
  };
}
