import type { Request } from 'express';
import { type Caller, permissions, sharedCacheScope } from '../../callers/caller.ts';

const everything = new Set(permissions);

/**
 * Where nobody is authenticated, everybody may do everything, and callers are told apart by their address: the
 * connection's own, or the one that a trusted proxy names.
 */
export function createAnyone(sandboxes: readonly string[]): (request: Request) => Caller {
  return (request) => ({
    id: request.ip ?? request.socket.remoteAddress ?? 'unknown',
    name: undefined,
    permissions: everything,
    sandboxes,
    cacheScope: sharedCacheScope,
  });
}
