import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pass, until } from '../support/driving.ts';
import { type EventReader, parseEvents, type SeenEvent } from '../support/event-reader.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { followJob, putJob, startExport } from '../support/watching.ts';

const from = (id: string) => ({ headers: { 'last-event-id': id } });

describe('whoever comes back to a stream with Last-Event-ID', () => {
  let service: ServiceUnderTest;
  /** The events of an export that somebody has watched from its beginning. */
  let all: readonly SeenEvent[];
  let id: string;
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
  async function readToEnd(stream: EventReader) {
    await until(() => stream.state() === 'ended');
    return stream.events().map((event) => event.id);
  }

  it.each([0, 1, 2])('after event %i is told exactly what was noticed here since', async (place) => {
    expect(all.map(({ event }) => event)).toEqual(['job', 'job', 'job', 'done']);
    using stream = await followJob(service, id, from(idOf(place)));
    expect(await readToEnd(stream)).toEqual(all.slice(place + 1).map((event) => event.id));
  });

  it('having missed nothing but done, is told only that', async () => {
    using stream = await followJob(service, id, from(idOf(2)));
    await readToEnd(stream);
    expect(stream.told()).toEqual(['done']);
  });

  it('having seen done, is sent away for good with 204', async () => {
    const answer = await service.send('GET', `/jobs/${id}/events`, from(idOf(3)));
    expect([answer.status, answer.text, answer.headers['content-type']]).toEqual([204, '', undefined]);
  });

  it.each(['unknown', 'unknown.done', ''])(
    'and an id that is not known here (%j), is told the present state',
    async (lastId) => {
      using stream = await followJob(service, id, from(lastId));
      await readToEnd(stream);
      expect(stream.told()).toEqual(['job SUCCEEDED', 'done']);
    },
  );

  it('having seen the present state, is told nothing until the next change', async () => {
    putJob(service);
    const { headers } = await service.send('GET', '/jobs/7');
    using stream = await followJob(service, '7', from(String(headers.etag?.replaceAll('"', ''))));
    await pass(service, 20_000);
    expect(stream.told()).toEqual([]);
    putJob(service, { status: 'SUCCEEDED' });
    await pass(service, 10_000);
    await until(() => stream.state() === 'ended');
    expect(stream.told()).toEqual(['job SUCCEEDED', 'done']);
  });
});

describe('callers whose connections are cut', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startServiceUnderTest({ cache: 'asConfigured', emulator: { exportMs: 40_000 } });
  });
  afterEach(() => service.stop());

  const stepMs = 500;
  const lifeMs = 55_000;
  // Every half second of an export's life, and some after its end.
  const cuts = Array.from({ length: 90 }, (_, step) => step * stepMs);

  interface Follower {
    readonly cutAtMs: number;
    readonly witness: EventReader;
    first: EventReader;
    second?: EventReader;
  }

  async function begin(cutAtMs: number): Promise<Follower> {
    const id = await startExport(service);
    return { cutAtMs, witness: await followJob(service, id), first: await followJob(service, id) };
  }

  async function comeBack(follower: Follower): Promise<void> {
    const { id, data } = Object(follower.first.events().at(-1));
    follower.second = await followJob(service, String(data.id), from(id));
  }

  const idsOf = (...streams: (EventReader | undefined)[]) =>
    streams.flatMap((stream) => stream?.events().map((event) => event.id) ?? []);

  it.each([0, stepMs, 3_000, 30_000])(
    'and who are back after %i ms have missed nothing and seen nothing twice',
    async (awayMs) => {
      const followers = await Promise.all(cuts.map(begin));
      await until(() => followers.every(({ first }) => first.events().length === 1));
      for (let nowMs = 0; nowMs <= lifeMs + awayMs; nowMs += stepMs) {
        for (const { cutAtMs, first } of followers) if (cutAtMs === nowMs) first[Symbol.dispose]();
        await Promise.all(followers.filter(({ cutAtMs }) => cutAtMs + awayMs === nowMs).map(comeBack));
        await pass(service, stepMs);
      }
      await until(() => followers.every(({ second }) => second?.state() === 'ended'));
      const wrong = followers.filter(
        ({ witness, first, second }) => idsOf(first, second).join() !== idsOf(witness).join(),
      );
      expect(wrong.map(({ cutAtMs, first, second }) => [cutAtMs, first.told(), second?.told()])).toEqual([]);
      expect(new Set(followers.map(({ witness }) => witness.told().join()))).toEqual(
        new Set(['job NEW,job PROCESSING,job SUCCEEDED,done']),
      );
      // The cuts reached from the first event to after the last.
      expect(new Set(followers.map(({ second }) => second?.status))).toEqual(new Set([200, 204]));
    },
  );

  it('in the middle of an event have not seen it, and are told it again', async () => {
    const id = await startExport(service);
    using witness = await followJob(service, id);
    await pass(service, lifeMs);
    await until(() => witness.state() === 'ended');
    const all = witness.events();
    const rests = new Map<string, readonly SeenEvent[]>();
    for (const { id: lastId } of all) {
      using stream = await followJob(service, id, from(lastId));
      await until(() => stream.state() === 'ended');
      rests.set(lastId, stream.events());
    }
    for (let length = 0; length <= witness.text().length; length += 1) {
      const seen = parseEvents(witness.text().slice(0, length)).events;
      const rest = rests.get(seen.at(-1)?.id ?? '');
      if (rest) expect([...seen, ...rest]).toEqual(all);
    }
  });
});
