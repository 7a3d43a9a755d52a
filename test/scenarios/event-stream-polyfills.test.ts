import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pass, until } from '../support/driving.ts';
import { openEvents, type SeenEvent } from '../support/event-reader.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { followJob, putJob, startExport } from '../support/watching.ts';

/** https://github.com/Yaffle/EventSource#custom-query-parameter-name-for-the-last-event-id */
const names = ['lastEventId', 'Last-Event-ID', 'last-event-id', 'lastEventID'];

describe('an EventSource of a library, which says in the query what it has seen', () => {
  let service: ServiceUnderTest;
  let id: string;
  let all: readonly SeenEvent[];
  beforeEach(async () => {
    service = await startServiceUnderTest({ cache: 'asConfigured' });
    id = await startExport(service);
    using witness = await followJob(service, id);
    await pass(service, 265_000);
    await until(() => witness.state() === 'ended');
    all = witness.events();
  });
  afterEach(() => service.stop());

  const idOf = (place: number) => String(all[place]?.id);
  const told = ['job NEW', 'job PROCESSING', 'job SUCCEEDED', 'done'];
  async function resume(query: string, headers: Record<string, string> = {}) {
    using stream = await openEvents(`${service.url}/jobs/${id}/events?${query}`, { headers });
    await until(() => stream.state() === 'ended');
    return stream.status === 200 ? stream.told() : stream.status;
  }

  it.each(names)('is told what was noticed since, by %s', async (name) => {
    expect(await resume(`${name}=${idOf(0)}`)).toEqual(told.slice(1));
    expect(await resume(`sandbox=prod&${name}=${idOf(1)}`)).toEqual(told.slice(2));
    expect(await resume(`${name}=${idOf(2)}&sandbox=prod`)).toEqual(told.slice(3));
    expect(await resume(`${name}=${encodeURIComponent(idOf(3))}`)).toBe(204);
  });

  it('is believed by its header, where it has both', async () => {
    expect(await resume(`lastEventId=${idOf(0)}`, { 'last-event-id': idOf(2) })).toEqual(['done']);
    expect(await resume(`lastEventId=${idOf(3)}`, { 'last-event-id': idOf(1) })).toEqual(told.slice(2));
    // An EventSource that has seen nothing may send an empty one.
    expect(await resume(`lastEventId=${idOf(2)}`, { 'last-event-id': '' })).toEqual(['done']);
  });

  // https://github.com/Yaffle/EventSource/pull/167: it appends the newer one to what the page has put there.
  it('is believed by the last of several: libraries append', async () => {
    expect(await resume(`lastEventId=${idOf(0)}&lastEventId=${idOf(2)}`)).toEqual(['done']);
    expect(await resume(`Last-Event-ID=${idOf(0)}&lastEventId=${idOf(2)}`)).toEqual(['done']);
    expect(await resume(`lastEventId=${idOf(2)}&Last-Event-ID=${idOf(0)}`)).toEqual(told.slice(1));
    expect(await resume(`lastEventId=${idOf(2)}&lastEventId=`)).toEqual(['done']);
  });

  it.each(['', 'unknown', 'unknown.done', '%00', '%FF%FE', '%0d%0aevent:%20done', 'x'.repeat(5_000), '0'])(
    'is told the present state where what it has seen is not found here: %s',
    async (value) => {
      for (const name of names.slice(0, 2))
        expect(await resume(`${name}=${value}`)).toEqual(['job SUCCEEDED', 'done']);
    },
  );

  it.each(['"T"', 'W/"T"', '"T-gzip"', 'W/"T--gzip"', 'T-gzip'])(
    'may say the tag of a read for the id of an event, also as a gateway has changed it: %s',
    async (form) => {
      const seen = form.replace('T', idOf(1));
      expect(await resume(`lastEventId=${encodeURIComponent(seen)}`)).toEqual(told.slice(2));
      expect(await resume('', { 'last-event-id': seen })).toEqual(told.slice(2));
    },
  );

  it.each(['\u00ff\u00fe', '\u0080', 'a\tb', '"', '"'.repeat(8_000), '\u00e2\u0080\u00a8'])(
    'does no harm with unusual bytes in its header: %j',
    async (value) => {
      expect(await resume('', { 'last-event-id': value })).toEqual(['job SUCCEEDED', 'done']);
    },
  );

  it.each(['lastEvent=1', 'eventId=1', 'last=1'])(
    'is still told of parameters that are none: %s',
    async (query) => {
      const { status, body } = await service.send('GET', `/jobs/${id}/events?${query}`);
      expect([status, body.code]).toEqual([400, 'invalid-parameters']);
    },
  );

  it('has a stream to itself: two on one job resume each where it was', async () => {
    putJob(service);
    const seen = String((await service.send('GET', '/jobs/7')).headers.etag).replaceAll('"', '');
    using first = await openEvents(`${service.url}/jobs/7/events?lastEventId=${seen}`);
    using second = await openEvents(`${service.url}/jobs/7/events?lastEventId=other`);
    await until(() => second.told().length === 1);
    putJob(service, { status: 'SUCCEEDED' });
    await pass(service, 10_000);
    await until(() => first.state() === 'ended' && second.state() === 'ended');
    expect(first.told()).toEqual(['job SUCCEEDED', 'done']);
    expect(second.told()).toEqual(['job PROCESSING', 'job SUCCEEDED', 'done']);
  });
});
