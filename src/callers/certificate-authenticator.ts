import type { Clock } from '../observability/clock.ts';
import type { Authenticator } from './authenticator.ts';
import type { Caller } from './caller.ts';
import { type CallerList, requireValid } from './caller-list.ts';

const detail = 'The client certificate is not valid here.';

/**
 * Callers with a client certificate. Whether the certificate is genuine has been checked by TLS, here or at a gateway;
 * whose it is, and until when that holds, the operator's list says.
 */
export function createCertificateAuthenticator(list: CallerList, clock: Clock): Authenticator {
  return {
    accepts: ({ certificate }) => certificate !== undefined,
    authenticate({ certificate }) {
      const found = certificate && list.byCertificate(certificate.sha256);
      // TLS looks at the dates only when a connection begins, and a connection may last for days.
      return requireValid(found && untilFirstEnd(found, certificate?.expiresAtMs), detail, clock);
    },
  };
}

/** The caller ends with its entry or with its certificate, whichever is earlier. */
function untilFirstEnd(caller: Caller, expiresAtMs: number | undefined): Caller {
  if (expiresAtMs === undefined || (caller.expiresAtMs ?? Infinity) <= expiresAtMs) return caller;
  return { ...caller, expiresAtMs };
}
