import { isPathPrefix } from './config/callers-settings.ts';
import type { Settings } from './config/settings.ts';
import { createForwardedPrefix } from './http/proxies/forwarded-prefix.ts';
import { createForwardedUser } from './http/proxies/forwarded-user.ts';
import { notProxied, type Proxied } from './http/proxies/proxied.ts';
import type { Log } from './observability/log.ts';

/** What the settings say of a gateway in front, and which of its headers they let it say more in. */
export function createProxied({ basePath = '', callers }: Settings, log: Log): Proxied {
  const { trustedProxies, userHeader } = callers;
  if (trustedProxies === undefined) return { ...notProxied, prefixOf: () => basePath };
  return {
    prefixOf: createForwardedPrefix({ basePath, isPathPrefix, log }),
    userOf: userHeader === undefined ? notProxied.userOf : createForwardedUser(userHeader),
  };
}
