import type { Request } from 'express';

/** Who sends a request. */
export interface Caller {
  /** What tells this caller from others, for limits. Not logged. */
  readonly id: string;
  /** What it is allowed to see, in one word: callers of the same word share the cache of jobs. */
  readonly permission: string;
}

/** Answers at once: whoever has to look a caller up does so in a middleware before this one. */
export type IdentifyCaller = (request: Request) => Caller;

/**
 * Where nobody is authenticated, everybody may see the same, and callers are told apart by their address:
 * the connection's own, because a header that names another one can be made up.
 */
export const anyone: IdentifyCaller = ({ socket }) => ({
  id: socket.remoteAddress ?? 'unknown',
  permission: 'everybody',
});

/** @throws TypeError where the host's function names nobody: all callers would share one scope otherwise */
export function identify(request: Request, callerOf: IdentifyCaller): Caller {
  const caller = callerOf(request);
  if (typeof caller?.id === 'string' && typeof caller.permission === 'string') return caller;
  throw new TypeError('callerOf has to answer { id, permission } with two texts, and at once');
}
