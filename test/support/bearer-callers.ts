import { type Caller, permissions, sharedCacheScope } from '../../src/callers/caller.ts';
import { invalidCredential, NotAuthenticated } from '../../src/callers/errors.ts';
import type { IdentifyCaller } from '../../src/http/callers/authenticate.ts';
import { readCredentials } from '../../src/http/callers/read-credentials.ts';

/** Callers that are known by their bearer token, which is their name; with all permissions in `prod` unless said otherwise. */
export function bearerCallers(callers: Readonly<Record<string, Partial<Caller>>>): IdentifyCaller {
  return (request) => {
    const { bearer } = readCredentials(request);
    if (bearer === undefined)
      throw new NotAuthenticated('This request says nothing about who sends it.', { challenge: {} });
    const found = Object.hasOwn(callers, bearer) ? callers[bearer] : undefined;
    if (found === undefined) throw invalidCredential('This token is not valid here.');
    return {
      id: bearer,
      name: bearer,
      policyName: bearer,
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

export const asBearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** The options of a request that a caller of that name sends. */
export const as = (name: string, more: Readonly<Record<string, string>> = {}) => ({
  headers: { ...asBearer(name), ...more },
});
