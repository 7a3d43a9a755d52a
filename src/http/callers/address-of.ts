import { isIP } from 'node:net';
import type { Request } from 'express';

/**
 * The caller's own address: the connection's, or what a trusted proxy says. What such a proxy says and is no address
 * (a name, one with a port) would be a new one each time, so the proxy's own counts there.
 */
export function addressOf({ ip, socket }: Request): string {
  if (ip !== undefined && isIP(ip) !== 0) return ip;
  return socket.remoteAddress ?? 'unknown';
}
