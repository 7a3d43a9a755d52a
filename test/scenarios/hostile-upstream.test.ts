import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openEvents } from '../support/event-reader.ts';
import type { How, Operation } from '../support/failing.ts';
import { readFixture } from '../support/fixture.ts';
import { hostileTexts, word } from '../support/hostile-texts.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const samples = {
  list: readFixture('list'),
  get: readFixture('job'),
  create: readFixture('create-answer'),
  cancel: readFixture('cancel-answer'),
} as const;
const calls = {
  list: ['GET', '/jobs', undefined],
  get: ['GET', '/jobs/100', undefined],
  create: ['POST', '/jobs', { datasetId: 'd', allProfiles: true }],
  cancel: ['DELETE', '/jobs/100', undefined],
} as const;
const operations = ['list', 'get', 'create', 'cancel'] as const;

/** A sample with the text in place of each of its own, and as a name in each object. */
function fill(value: unknown, text: string, kept: readonly string[] = []): unknown {
  if (typeof value === 'string') return text;
  if (Array.isArray(value)) return value.map((one) => fill(one, text, kept));
  if (typeof value !== 'object' || value === null) return value;
  const filled = Object.entries(value).map(([name, one]): [string, unknown] => [
    name,
    kept.includes(name) ? one : fill(one, text, kept),
  ]);
  return Object.fromEntries([...filled, [text, text]]);
}

/** Headers can hold no control character on their way here. */
const inHeader = (text: string) => text.replaceAll(/[^\x20-\x7e]/g, '~');

describe('whatever text Adobe sends', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest();
  });
  afterAll(() => service.stop());
  beforeEach(() => service.emulator.misbehaviours.clear());

  /** Sends a request, whose answer is held against OpenAPI, headers included, and looks at answer and log. */
  async function hold(route: Operation, how: How): Promise<number> {
    service.emulator.misbehaviours.clear();
    service.emulator.misbehaviours.add({ route, how });
    // Past a pause that a failure has brought.
    service.emulator.clock.advance(3_600_000);
    const logged = service.logText().length;
    const [method, path, body] = calls[route];
    const answer = await service.send(method, path, body ? { body } : {});
    for (const [name, value] of Object.entries(answer.headers)) {
      expect(value).toMatch(/^[\x20-\x7e]*$/);
      // The path of the next page, in which the text is encoded.
      if (name !== 'link') expect(`${name}: ${value}`).not.toContain(word);
      else expect(value).toMatch(/^<\/jobs\?[\w.~%=&*+-]+>; rel="next"$/);
    }
    expect(answer.type).toMatch(/^application\/(problem\+)?json$/);
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
    const lines = service.logText().slice(logged).split('\n').slice(0, -1);
    expect(lines.filter((line) => JSON.parse(line).msg === 'request')).toHaveLength(1);
    for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    return answer.status;
  }

  type Statuses = Readonly<Record<Operation, number>>;
  const fine: Statuses = { list: 200, get: 200, create: 201, cancel: 202 };
  /** The create is looked for in the list, which does not show it. */
  const failed: Statuses = { list: 502, get: 502, create: 504, cancel: 502 };
  const answers: readonly [string, (route: Operation, text: string) => How, Statuses][] = [
    [
      'in every text of an answer',
      (route, text) => ({ kind: 'answer', status: 200, body: JSON.stringify(fill(samples[route], text)) }),
      fine,
    ],
    [
      'in every text but the ids and the state',
      (route, text) => ({
        kind: 'answer',
        status: 200,
        body: JSON.stringify(fill(samples[route], text, ['id', 'status'])),
      }),
      fine,
    ],
    [
      'in an error, its headers too',
      (_route, text) => ({
        kind: 'answer',
        status: 400,
        headers: { 'x-request-id': inHeader(text), location: inHeader(text), 'set-cookie': `${word}=1` },
        body: {
          error_code: text,
          message: text,
          requestId: text,
          errors: { 400: [{ code: text, message: text }] },
        },
      }),
      { list: 422, get: 422, create: 422, cancel: 422 },
    ],
    ['in a failure that is no JSON', (_route, text) => ({ kind: 'answer', status: 500, body: text }), failed],
    [
      'as the place of what it made',
      (_route, text) => ({
        kind: 'answer',
        status: 201,
        headers: { location: `/${inHeader(text)}` },
        body: text,
      }),
      failed,
    ],
  ];

  it.each(answers)('%s is data: no header, no line of the log, no markup', async (_name, toHow, statuses) => {
    for (const text of hostileTexts)
      for (const route of operations) expect(await hold(route, toHow(route, text))).toBe(statuses[route]);
  });

  it('is data, whatever the text and the place', async () => {
    const piece = fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: 'binary', maxLength: 30 }));
    const answer = fc.constantFrom(...answers);
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...operations),
        piece,
        answer,
        async (route, text, [, toHow, statuses]) => {
          const status = await hold(route, toHow(route, text));
          // 502 too where the answer to a create names a job that cannot be shown.
          expect([statuses[route], fine[route], failed[route], 502]).toContain(status);
        },
      ),
      { numRuns: 120 },
    );
  });

  it('comes back in the answer as the same text', async () => {
    for (const text of hostileTexts) {
      const body = JSON.stringify(fill(samples.get, text, ['id', 'status']));
      service.emulator.misbehaviours.clear();
      service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'answer', status: 200, body } });
      const { datasetId } = (await service.send('GET', '/jobs/100')).body;
      expect([text, text.toWellFormed()]).toContain(datasetId);
    }
  });

  it.each(hostileTexts.map((text) => [JSON.stringify(text), text]))(
    'is no event and no line of a stream: %s',
    async (_name, text) => {
      const body = JSON.stringify(fill(samples.get, text, ['id', 'status']));
      const { misbehaviours } = service.emulator;
      misbehaviours.add({ route: 'get', how: { kind: 'answer', status: 200, body } });
      using done = await openEvents(`${service.url}/jobs/100/events`);
      while (done.state() === 'open') await new Promise(setImmediate);
      expect(done.told()).toEqual(['job SUCCEEDED', 'done']);
      expect(done.events()[0]?.data).toEqual((await service.send('GET', '/jobs/100')).body);

      misbehaviours.clear();
      const failure = { error_code: text, message: text };
      misbehaviours.add({ route: 'get', how: { kind: 'answer', status: 500, body: failure } });
      using troubled = await openEvents(`${service.url}/jobs/100/events`);
      while (troubled.told().length === 0) await new Promise(setImmediate);
      expect(troubled.told()).toEqual(['trouble']);
      expect(troubled.events()[0]?.data).toMatchObject({ code: 'platform-failed' });
      for (const line of (done.text() + troubled.text()).split(/\r\n|\r|\n/))
        expect(line).toMatch(/^$|^retry: \d+$|^id: [\w.-]+$|^event: (job|done|trouble)$|^data: \{.*\}$|^: /s);
    },
  );
});

describe('the pages of problems', () => {
  it('show nothing of a request or of Adobe', async () => {
    await using service = await startServiceUnderTest();
    const plain = await service.send('GET', '/problems/job-refused');
    const path = `/problems/job-refused?x=<script>${word}`;
    const answer = await fetch(`${service.url}${path}`, {
      headers: { referer: `http://${word}`, 'accept-language': word, 'x-request-id': word },
    });
    expect(await answer.text()).toBe(plain.text);
    const missing = await fetch(`${service.url}/problems/<script>${word}`);
    expect([missing.status, missing.headers.get('content-type')]).toEqual([
      404,
      'application/problem+json; charset=utf-8',
    ]);
    expect(await missing.text()).not.toContain('<script>');
  });
});
