import { subscribe } from 'node:diagnostics_channel';
import type { Server } from 'node:http';

/*
 * For programs that look at what is left of many callers in their own process: Jest's tests see neither the
 * warnings nor the resources of the process they run in.
 */

/** Over the half second after which a caller that has closed its side counts as gone. */
const longestMs = 1_000;

export interface Leftovers {
  /** What has been warned of since. */
  readonly warnings: readonly string[];
  /** The process's resources when this began. */
  readonly before: Readonly<Record<string, number>>;
  /** Of all servers in this process together. */
  countConnections(): Promise<number>;
  /** How many there are of each kind: sockets, servers, timers and so on. */
  countResources(): Record<string, number>;
  isAsBefore(): boolean;
  /** Lets I/O happen until it holds, or for long enough. */
  settle(holds: () => boolean | Promise<boolean>): Promise<void>;
}

export function watchLeftovers(): Leftovers {
  const warnings: string[] = [];
  process.on('warning', ({ name, message }) => warnings.push(`${name}: ${message}`));
  const servers = new Set<Server>();
  subscribe('http.server.request.start', (message) => {
    servers.add(Object(message).server);
  });
  const before = countResources();
  return {
    warnings,
    before,
    async countConnections() {
      const counts = [...servers].map(
        (server) =>
          new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count))),
      );
      return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
    },
    countResources,
    isAsBefore: () => JSON.stringify(countResources()) === JSON.stringify(before),
    async settle(holds) {
      const untilMs = performance.now() + longestMs;
      while (performance.now() < untilMs && !(await holds())) await new Promise(setImmediate);
    },
  };
}

function countResources(): Record<string, number> {
  const kinds = process.getActiveResourcesInfo();
  return Object.fromEntries(
    [...new Set(kinds)].sort().map((kind) => [kind, kinds.filter((one) => one === kind).length]),
  );
}
