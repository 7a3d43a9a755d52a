import { describe, expect, it } from '@jest/globals';
import { missedEvents, toEvents } from '../../../../src/http/streams/job-events.ts';
import type { CachedJob, JobState } from '../../../../src/jobs/cache/cached.ts';
import { toRepresentation } from '../../../../src/jobs/cache/cached.ts';
import { isLast } from '../../../../src/jobs/watching/watcher.ts';
import { JobNotFound, PlatformThrottled } from '../../../../src/platform/errors.ts';

function stateOf(status: string, done = false): JobState {
  const representation = toRepresentation(JSON.stringify({ id: '7', status }));
  return { id: '7', status, done, start: undefined, progress: undefined, representation };
}

function cachedOf(...states: JobState[]): CachedJob {
  const state = states.at(-1) ?? stateOf('NONE');
  const earlier = states.slice(0, -1);
  return { state, tag: state.representation.tag, earlier, asOfMs: 0, freshUntilMs: 0, order: 1 };
}

const [fresh, running, ended] = [stateOf('NEW'), stateOf('PROCESSING'), stateOf('SUCCEEDED', true)];
const tagOf = ({ representation }: JobState) => representation.tag;
const namesOf = (job: CachedJob, lastSeen?: string) =>
  missedEvents(job, lastSeen).map(({ event, data }) => `${event} ${JSON.parse(String(data)).status}`);

describe('the events that a caller has missed', () => {
  const job = cachedOf(fresh, running, ended);

  it('are the present state for a caller that has seen nothing, or a state that is not cached', () => {
    expect(namesOf(job)).toEqual(['job SUCCEEDED', 'done SUCCEEDED']);
    expect(namesOf(job, 'unknown')).toEqual(['job SUCCEEDED', 'done SUCCEEDED']);
    expect(namesOf(cachedOf(fresh, running))).toEqual(['job PROCESSING']);
  });

  it('are all states after the one that was seen', () => {
    expect(namesOf(job, tagOf(fresh))).toEqual(['job PROCESSING', 'job SUCCEEDED', 'done SUCCEEDED']);
    expect(namesOf(job, tagOf(running))).toEqual(['job SUCCEEDED', 'done SUCCEEDED']);
    expect(namesOf(cachedOf(fresh, running), tagOf(running))).toEqual([]);
  });

  it('are done alone for a caller that has seen the last state, and none for one that has seen done', () => {
    expect(namesOf(job, tagOf(ended))).toEqual(['done SUCCEEDED']);
    expect(namesOf(job, `${tagOf(ended)}.done`)).toEqual([]);
  });

  it('begin after the last time that a state was seen that came twice', () => {
    expect(namesOf(cachedOf(fresh, running, fresh, ended), tagOf(fresh))).toEqual([
      'job SUCCEEDED',
      'done SUCCEEDED',
    ]);
  });
});

describe('what a stream sends for a job event', () => {
  const options = {
    toProblemJson: (fault: unknown) => JSON.stringify(String(fault)),
    comeBackInMs: () => 123,
  };
  const tell = (event: Parameters<typeof toEvents>[0], lastSeen?: string) =>
    toEvents(event, lastSeen, options).map(({ event: name }) => name);

  it('has a name for each event, and sends nothing twice', () => {
    const job = cachedOf(running, ended);
    expect(tell({ kind: 'change', job }, tagOf(running))).toEqual(['job', 'done']);
    expect(tell({ kind: 'change', job }, `${tagOf(ended)}.done`)).toEqual([]);
    expect(tell({ kind: 'recovered', job }, tagOf(running))).toEqual(['recovered', 'job', 'done']);
    expect(tell({ kind: 'error', error: new PlatformThrottled('slow') })).toEqual(['trouble']);
    expect(tell({ kind: 'missing', error: new JobNotFound('gone') })).toEqual(['trouble']);
  });

  it('says when to come back after a stop, to EventSource and to people', () => {
    expect(toEvents({ kind: 'stopping' }, undefined, options)).toEqual([
      { event: 'stopping', data: '{"reconnectInMs":123}', retryMs: 123 },
    ]);
  });

  it('is the last after the end, the loss of the job and a stop, and after nothing else', () => {
    const error = new JobNotFound('gone');
    expect(isLast({ kind: 'change', job: cachedOf(running) })).toBe(false);
    expect(isLast({ kind: 'recovered', job: cachedOf(running) })).toBe(false);
    expect(isLast({ kind: 'error', error })).toBe(false);
    expect(isLast({ kind: 'change', job: cachedOf(running, ended) })).toBe(true);
    expect(isLast({ kind: 'recovered', job: cachedOf(ended) })).toBe(true);
    expect(isLast({ kind: 'missing', error })).toBe(true);
    expect(isLast({ kind: 'stopping' })).toBe(true);
  });
});
