import type { Settings } from './config/settings.ts';
import { isLoopback, isWildcard } from './config/values.ts';
import { type AddressedAs, loopbackHosts } from './http/addressed-host.ts';
import type { IsNamedOrigin } from './http/cors/named-origins.ts';

/**
 * By which names this service may be addressed, and whose pages may change something.
 *
 * A browser sends some things by itself, for any page: a client certificate, and its own place in the network, which is
 * all that counts where nobody is authenticated. So there, pages are told apart. A token or a key is sent by a page that
 * has it, and by no other.
 *
 * @param isNamed whether an origin is one of CORS_ORIGINS; nothing where none is named
 * @returns nothing where neither has to be checked
 */
export function addressedAsOf(
  { host, callers: { auth, allowedHosts } }: Settings,
  isNamed: IsNamedOrigin | undefined,
): AddressedAs | undefined {
  const isAnonymous = auth.includes('none');
  // Whoever listens for others leaves names to the gateway that checks them. A foreign name for this address (DNS
  // rebinding) helps nobody who has to authenticate: the browser holds no token for it, and TLS no certificate.
  const checksHosts = allowedHosts !== undefined || (isAnonymous && isLoopback(host));
  const checksPages = auth.includes('mtls') || (isAnonymous && (checksHosts || isNamed !== undefined));
  if (!checksHosts && !checksPages) return undefined;
  // A name of this machine is everybody's on it, so it makes no page trusted, and an address that stands for all
  // addresses is nobody's name.
  const named = (allowedHosts ?? []).filter((one) => !isLoopback(one));
  const own = isWildcard(host) ? [] : [host];
  return {
    ...(checksHosts && { hosts: [...loopbackHosts, ...own, ...named] }),
    ...(checksPages && { pages: { hosts: named, isNamed: isNamed ?? (() => false) } }),
  };
}
