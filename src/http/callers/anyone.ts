import type { Request } from 'express';
import { type Caller, permissions, sharedCacheScope } from '../../callers/caller.ts';
import { networkOf } from '../../callers/limits/network.ts';
import { addressOf } from './address-of.ts';

const everything = new Set(permissions);

/**
 * Where nobody is authenticated, everybody may do everything, and callers are told apart by their address: the
 * connection's own, or the one that a trusted proxy names.
 */
export function createAnyone(sandboxes: readonly string[]): (request: Request) => Caller {
  // Behind a gateway nearly all requests come from the same address.
  let lastAddress: string | undefined;
  let last: Caller | undefined;
  return (request) => {
    const address = addressOf(request);
    if (last === undefined || address !== lastAddress) {
      last = {
        id: networkOf(address),
        isAnonymous: true,
        name: undefined,
        policyName: undefined,
        permissions: everything,
        sandboxes,
        cacheScope: sharedCacheScope,
      };
      lastAddress = address;
    }
    return last;
  };
}
