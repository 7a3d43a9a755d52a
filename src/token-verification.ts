import type { Authenticator } from './callers/authenticator.ts';
import { createGetKeySet } from './callers/jwt/find-key-set.ts';
import { createGetJson } from './callers/jwt/get-json.ts';
import { createKeySet, type KeySet } from './callers/jwt/key-set.ts';
import { createTokenAuthenticator } from './callers/jwt/token-authenticator.ts';
import type { Settings } from './config/settings.ts';
import { isSecure } from './config/values.ts';
import { findNameFaults } from './http/body/name-faults.ts';
import { createAgents } from './ims/proxy.ts';
import type { Clock } from './observability/clock.ts';
import type { Log } from './observability/log.ts';

export interface TokenVerification {
  readonly authenticator: Authenticator;
  readonly keySet: KeySet;
}

/** How callers' tokens are verified by these settings, for the service and for the doctor. Its way out is that to Adobe. */
export function createTokenVerification(
  { callers, adobe, proxy, allowInsecureUpstream }: Settings,
  { log, clock }: { readonly log: Log; readonly clock: Clock },
): TokenVerification {
  const { issuer, audience, jwksUrl, ...jwt } = callers.jwt;
  if (issuer === undefined || audience === undefined) {
    throw new TypeError('With jwt the settings have both, see callersFaults');
  }
  const { algorithms } = jwt;
  const getJson = createGetJson((origin) => createAgents(origin, proxy));
  const mayAsk = (url: URL) => allowInsecureUpstream || isSecure(url);
  const getKeySet = createGetKeySet({ issuer, jwksUrl, mayAsk }, getJson);
  const keySet = createKeySet({ getKeySet, algorithms, clock, log });
  const authenticator = createTokenAuthenticator({
    ...jwt,
    issuer,
    audience,
    keySet,
    sandboxes: adobe.sandboxes,
    repeatsName: (json) => findNameFaults(json).next().done !== true,
    clock,
  });
  return { authenticator, keySet };
}
