import type { CachedJob, JobState } from '../../jobs/cache/cached.ts';
import type { JobEvent } from '../../jobs/watching/watcher.ts';
import { isTag } from '../fields/entity-tags.ts';
import type { StreamEvent } from './event-stream.ts';

/** The id of the last event of a job that is done; whoever has it has nothing to come back for. */
export const doneIdOf = ({ representation }: JobState) => `${representation.tag}.done`;

/**
 * The events that a caller has missed that has seen everything up to `lastSeen`: each change that was noticed here
 * since then, or the present state if `lastSeen` is not in the cache. Pure.
 */
export function missedEvents({ state, earlier }: CachedJob, lastSeen: string | undefined): StreamEvent[] {
  if (state.done && lastSeen === doneIdOf(state)) return [];
  const states = [...earlier, state];
  const seenAt = lastSeen === undefined ? -1 : states.findLastIndex(isNamedBy(lastSeen));
  const missed = seenAt < 0 ? [state] : states.slice(seenAt + 1);
  return [...missed.map(toJobEvent), ...(state.done ? [toDoneEvent(state)] : [])];
}

/** Also by the id of `done`, and by a tag that a gateway has changed. */
const isNamedBy = (lastSeen: string) => (state: JobState) => isTag(lastSeen, state.representation.tag);

function toJobEvent({ representation }: JobState): StreamEvent {
  return { event: 'job', id: representation.tag, data: representation.json };
}

/** Apart from the last change, so that it can be missed and made up for apart from it. */
function toDoneEvent(state: JobState): StreamEvent {
  const { id, status } = state;
  return { event: 'done', id: doneIdOf(state), data: JSON.stringify({ id, status }) };
}

export interface TellOptions {
  /** A fault as the problem that it is, as JSON. */
  readonly toProblemJson: (fault: unknown) => string;
  /** When to come back after a stop. */
  readonly comeBackInMs: () => number;
}

/** What a stream whose last event was `lastSeen` sends for an event of its job. Pure. */
export function toEvents(
  event: JobEvent,
  lastSeen: string | undefined,
  { toProblemJson, comeBackInMs }: TellOptions,
): StreamEvent[] {
  switch (event.kind) {
    case 'change':
      return missedEvents(event.job, lastSeen);
    case 'error':
    case 'missing':
      return [{ event: 'trouble', data: toProblemJson(event.error) }];
    case 'recovered':
      return [{ event: 'recovered', data: '{}' }, ...missedEvents(event.job, lastSeen)];
    case 'stopping': {
      const retryMs = comeBackInMs();
      return [{ event: 'stopping', data: JSON.stringify({ reconnectInMs: retryMs }), retryMs }];
    }
  }
}
