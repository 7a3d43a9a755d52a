import { describe, expect, it } from '@jest/globals';
import { missedEvents, toEvents } from '../../../../src/http/streams/job-events.ts';
import { isLast } from '../../../../src/jobs/following/watcher.ts';
import type { JobState, KnownJob } from '../../../../src/jobs/known/job-state.ts';
import { TextRepresentation } from '../../../../src/jobs/known/representation.ts';
import { JobNotFound, PlatformThrottled } from '../../../../src/platform/errors.ts';

function stateOf(status: string, done = false): JobState {
  const representation = new TextRepresentation(JSON.stringify({ id: '7', status }));
  return { id: '7', status, done, start: undefined, progress: undefined, representation };
}

function knownOf(...states: JobState[]): KnownJob {
  const state = states.at(-1) ?? stateOf('NONE');
  const { representation } = state;
  const earlier = states.slice(0, -1);
  return { state, representation, earlier, asOfMs: 0, freshUntilMs: 0, order: 1 };
}

const [fresh, running, ended] = [stateOf('NEW'), stateOf('PROCESSING'), stateOf('SUCCEEDED', true)];
const tagOf = ({ representation }: JobState) => representation.tag;
const namesOf = (known: KnownJob, lastSeen?: string) =>
  missedEvents(known, lastSeen).map(({ event, data }) => `${event} ${JSON.parse(String(data)).status}`);

describe('the events that somebody has missed', () => {
  const known = knownOf(fresh, running, ended);

  it('are the present state for whoever has seen nothing, or what is not known', () => {
    expect(namesOf(known)).toEqual(['job SUCCEEDED', 'done SUCCEEDED']);
    expect(namesOf(known, 'unknown')).toEqual(['job SUCCEEDED', 'done SUCCEEDED']);
    expect(namesOf(knownOf(fresh, running))).toEqual(['job PROCESSING']);
  });

  it('are all states after the one that was seen', () => {
    expect(namesOf(known, tagOf(fresh))).toEqual(['job PROCESSING', 'job SUCCEEDED', 'done SUCCEEDED']);
    expect(namesOf(known, tagOf(running))).toEqual(['job SUCCEEDED', 'done SUCCEEDED']);
    expect(namesOf(knownOf(fresh, running), tagOf(running))).toEqual([]);
  });

  it('are done alone for whoever has seen the last state, and none for whoever has seen done', () => {
    expect(namesOf(known, tagOf(ended))).toEqual(['done SUCCEEDED']);
    expect(namesOf(known, `${tagOf(ended)}.done`)).toEqual([]);
  });

  it('begin after the last time that a state was seen that came twice', () => {
    expect(namesOf(knownOf(fresh, running, fresh, ended), tagOf(fresh))).toEqual([
      'job SUCCEEDED',
      'done SUCCEEDED',
    ]);
  });
});

describe('what a stream says of what happens', () => {
  const options = {
    toProblemJson: (fault: unknown) => JSON.stringify(String(fault)),
    comeBackInMs: () => 123,
  };
  const tell = (happening: Parameters<typeof toEvents>[0], lastSeen?: string) =>
    toEvents(happening, lastSeen, options).map(({ event }) => event);

  it('names each happening, and says nothing twice', () => {
    const known = knownOf(running, ended);
    expect(tell({ kind: 'change', known }, tagOf(running))).toEqual(['job', 'done']);
    expect(tell({ kind: 'change', known }, `${tagOf(ended)}.done`)).toEqual([]);
    expect(tell({ kind: 'recovered', known }, tagOf(running))).toEqual(['recovered', 'job', 'done']);
    expect(tell({ kind: 'trouble', fault: new PlatformThrottled('slow') })).toEqual(['trouble']);
    expect(tell({ kind: 'lost', fault: new JobNotFound('gone') })).toEqual(['trouble']);
  });

  it('says when to come back after a stop, to EventSource and to people', () => {
    expect(toEvents({ kind: 'stopping' }, undefined, options)).toEqual([
      { event: 'stopping', data: '{"reconnectInMs":123}', retryMs: 123 },
    ]);
  });

  it('is the last after the end, the loss of the job and a stop, and after nothing else', () => {
    const fault = new JobNotFound('gone');
    expect(isLast({ kind: 'change', known: knownOf(running) })).toBe(false);
    expect(isLast({ kind: 'recovered', known: knownOf(running) })).toBe(false);
    expect(isLast({ kind: 'trouble', fault })).toBe(false);
    expect(isLast({ kind: 'change', known: knownOf(running, ended) })).toBe(true);
    expect(isLast({ kind: 'recovered', known: knownOf(ended) })).toBe(true);
    expect(isLast({ kind: 'lost', fault })).toBe(true);
    expect(isLast({ kind: 'stopping' })).toBe(true);
  });
});
