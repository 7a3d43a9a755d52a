import { z } from 'zod';
import type { SettingFault } from './settings-error.ts';
import { durationMs, group, isGroup, numberAt, wholeNumber } from './values.ts';

export const serverSchema = z.strictObject(
  {
    /** How long a connection may be idle between two requests. */
    keepAliveTimeoutMs: durationMs,
    /** How long a request's headers may take, and a new connection until its first request. */
    headersTimeoutMs: durationMs,
    /** How long a request may take to arrive, body included. */
    requestTimeoutMs: durationMs,
    /** The request line and the headers together. Never under what the link to a next page may take. */
    largestHeadersBytes: wholeNumber(8_000, 1_000_000),
  },
  group,
);

type Name = Extract<keyof z.input<typeof serverSchema>, `${string}Ms`>;

/** By how much a time is over the one that it follows, as in `config/default.json`. */
const headersAheadMs = 1_000;
const requestAheadMs = 4_000;

/**
 * Whoever sets the idle time of a balancer (Google's has 600 s, so this one 620 s) means that connections stay open for
 * that long. The two times that have to be over it follow, unless somebody has set them.
 */
export function followKeepAlive(server: unknown, isDefault: (name: Name) => boolean): unknown {
  const times: Record<Name, number | undefined> = {
    keepAliveTimeoutMs: numberAt(server, 'keepAliveTimeoutMs'),
    headersTimeoutMs: numberAt(server, 'headersTimeoutMs'),
    requestTimeoutMs: numberAt(server, 'requestTimeoutMs'),
  };
  function follow(name: Name, other: Name, aheadMs: number): void {
    const [own, followed] = [times[name], times[other]];
    if (own === undefined || followed === undefined || !isDefault(name)) return;
    times[name] = Math.max(own, followed + aheadMs);
  }
  if (isDefault('keepAliveTimeoutMs') && isDefault('headersTimeoutMs')) return server;
  follow('headersTimeoutMs', 'keepAliveTimeoutMs', headersAheadMs);
  follow('requestTimeoutMs', 'headersTimeoutMs', requestAheadMs);
  const followed = Object.entries(times).filter(([, time]) => time !== undefined);
  return isGroup(server) ? { ...server, ...Object.fromEntries(followed) } : server;
}

/** Node itself refuses headers that may take longer than their request. */
export function serverFaults(server: unknown): SettingFault[] {
  const keepAliveMs = numberAt(server, 'keepAliveTimeoutMs');
  const headersMs = numberAt(server, 'headersTimeoutMs');
  const requestMs = numberAt(server, 'requestTimeoutMs');
  const faults: SettingFault[] = [];
  if (headersMs !== undefined && keepAliveMs !== undefined && headersMs <= keepAliveMs) {
    const detail = `must be over server.keepAliveTimeoutMs (${keepAliveMs}): a connection that a gateway opens ahead of its first request would end earlier than one between two requests`;
    faults.push({ path: 'server.headersTimeoutMs', detail });
  }
  if (headersMs !== undefined && requestMs !== undefined && requestMs < headersMs) {
    const detail = `must not be under server.headersTimeoutMs (${headersMs}): the headers are a part of the request`;
    faults.push({ path: 'server.requestTimeoutMs', detail });
  }
  return faults;
}
