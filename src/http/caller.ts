import type { RoutedRequest } from './routed.ts';

/** Who sends a request. */
export interface Caller {
  /** What tells this caller from others, for limits. Not logged. */
  readonly id: string;
  /** What it is allowed to see, in one word: callers of the same word share what is known of jobs. */
  readonly permission: string;
}

/** Answers at once: whoever has to look a caller up does so in a middleware before this one. */
export type IdentifyCaller = (request: RoutedRequest) => Caller;

/**
 * Where nobody is authenticated, everybody may see the same, and callers are told apart by their address:
 * the connection's own, because a header that names another one can be made up.
 */
export const anyone: IdentifyCaller = ({ socket }) => ({
  id: socket.remoteAddress ?? 'unknown',
  permission: 'everybody',
});
