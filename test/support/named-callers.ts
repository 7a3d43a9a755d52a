import { type Caller, permissions, sharedCacheScope } from '../../src/callers/caller.ts';
import { invalidCredential } from '../../src/callers/errors.ts';
import type { IdentifyCaller } from '../../src/http/callers/authenticate.ts';
import { readCredentials } from '../../src/http/callers/read-credentials.ts';

/** Callers by what they bring as `Authorization: Bearer …`: their name. Any other is refused. */
export function identifyByName(callers: Readonly<Record<string, Partial<Caller>>>): IdentifyCaller {
  return (request) => {
    const name = readCredentials(request).bearer ?? '';
    const found = Object.hasOwn(callers, name) ? callers[name] : undefined;
    if (found === undefined) throw invalidCredential('The key is not valid.');
    return {
      id: name,
      name,
      permissions: new Set(permissions),
      sandboxes: ['prod'],
      cacheScope: sharedCacheScope,
      ...found,
    };
  };
}

/** The same, where it takes a while to find out. */
export function eventually(identify: IdentifyCaller): IdentifyCaller {
  return async (request) => identify(request);
}

/** What a caller of that name sends. */
export const as = (name: string, more: Readonly<Record<string, string>> = {}) => ({
  headers: { authorization: `Bearer ${name}`, ...more },
});
