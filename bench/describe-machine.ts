import type { Machine } from './machine.ts';

/** Two lines for people: without them no figure means anything. */
export function describeMachine({ cpu, cores, memoryGb, system, pinnedTo, versions }: Machine): string {
  const pinned = pinnedTo
    ? `the proxy on core ${pinnedTo.proxy}, the load on ${pinnedTo.load}, upstream on ${pinnedTo.upstream}`
    : 'no process pinned';
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `${cpu}, ${cores} cores, ${memoryGb} GB, ${system}; ${pinned}.\n${named.join(', ')}.`;
}
