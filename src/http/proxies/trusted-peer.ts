import type { Request } from 'express';

/**
 * Whether the other end of the connection is a proxy that the operator trusts, by Express' own list: `trust proxy`, which
 * also decides what `request.ip` is. Only then may headers be believed that say something about the original request.
 */
export function isFromTrustedProxy({ app, socket }: Request): boolean {
  // Express compiles the list to a function, and takes an IPv4 address in IPv6 form (::ffff:10.0.0.1) for what it is.
  const trusts: unknown = app.get('trust proxy fn');
  const { remoteAddress } = socket;
  // Its second parameter is the number of the hop, of which the peer is the first.
  return remoteAddress !== undefined && typeof trusts === 'function' && trusts(remoteAddress, 0) === true;
}
