import { type Caller, permissions, sharedCacheScope } from '../../src/callers/caller.ts';
import { invalidCredential, NotAuthenticated } from '../../src/callers/errors.ts';
import type { IdentifyCaller } from '../../src/http/callers/authenticate.ts';

/** Callers that are known by their token, each with all permissions in `prod` unless said otherwise. */
export function bearerCallers(callers: Readonly<Record<string, Partial<Caller>>>): IdentifyCaller {
  return (request) => {
    const authorization = request.get('authorization');
    if (authorization === undefined)
      throw new NotAuthenticated('This request says nothing about who sends it.', { challenge: {} });
    const token = authorization.replace(/^Bearer /, '');
    const known = callers[token];
    if (known === undefined) throw invalidCredential('This token is not valid here.');
    return {
      id: token,
      name: token,
      permissions: new Set(permissions),
      sandboxes: ['prod'],
      cacheScope: sharedCacheScope,
      ...known,
    };
  };
}

export const asBearer = (token: string) => ({ authorization: `Bearer ${token}` });
