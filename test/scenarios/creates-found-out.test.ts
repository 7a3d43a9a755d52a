import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { anExport, createsOf, jobsOf, post } from '../support/creates-under-test.ts';
import { drive } from '../support/driving.ts';
import type { ServiceUnderTest } from '../support/service-under-test.ts';
import { startWithPolicy } from '../support/start-with-policy.ts';

describe('a create without an answer', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startWithPolicy({}, {}, { settlingMs: 10_000 });
  });
  afterEach(() => service.stop());

  const add = (how: Parameters<typeof service.emulator.misbehaviours.add>[0]['how'], times = 1) =>
    service.emulator.misbehaviours.add({ route: 'create', times, how });
  const send = async (key?: string): Promise<Response> =>
    (await drive(service, post(service, anExport, key === undefined ? {} : { key }), { hangs: true })).value;

  it.each(['reset', 'silence', 'gateway-timeout'] as const)(
    'is answered with its job where Platform carried it out: %s',
    async (instead) => {
      add({ kind: 'lost-answer', instead });
      const answer = await send();
      expect(answer.status).toBe(201);
      expect(jobsOf(service)).toEqual([answer.body.id]);
    },
  );

  it('is found where the list shows its job only after some seconds', async () => {
    add({ kind: 'late-in-list', ms: 4_000 });
    add({ kind: 'lost-answer', instead: 'reset' });
    const answer = await send();
    expect(answer.status).toBe(201);
    expect(jobsOf(service)).toEqual([answer.body.id]);
  });

  it('is not confirmed where its job is not seen, and the same key looks first and only then creates', async () => {
    add({ kind: 'reset' });
    const first = await send('k');
    expect(first.body).toMatchObject({ status: 504, code: 'create-not-confirmed', retryable: true });
    expect(Number(first.headers['retry-after'])).toBeGreaterThan(10);
    const tooEarly = await send('k');
    expect(tooEarly.body.code).toBe('create-not-confirmed');
    expect(createsOf(service)).toBe(1);
    service.emulator.clock.advance(1_000 * Number(tooEarly.headers['retry-after']));
    const last = await send('k');
    expect(last.status).toBe(201);
    expect(createsOf(service)).toBe(2);
    expect(jobsOf(service)).toEqual([last.body.id]);
  });

  it('is never sent again where it was carried out late', async () => {
    add({ kind: 'late-in-list', ms: 40_000 });
    add({ kind: 'lost-answer', instead: 'reset' });
    const first = await send('k');
    expect(first.body.code).toBe('create-not-confirmed');
    service.emulator.clock.advance(1_000 * Number(first.headers['retry-after']));
    const second = await send('k');
    expect([second.status, createsOf(service)]).toEqual([201, 1]);
    expect(jobsOf(service)).toEqual([second.body.id]);
  });

  it('without a key is not to be sent again blindly', async () => {
    add({ kind: 'reset' });
    const answer = await send();
    expect(answer.body).toMatchObject({ status: 504, code: 'create-not-confirmed', retryable: false });
    expect(answer.body.detail).toMatch(/may have been started.*list of jobs/);
  });

  it('stays unknown beside an equal one with another key, and is told the way out', async () => {
    add({ kind: 'lost-answer', instead: 'reset' }, 2);
    const both = Promise.all(['k', 'l'].map((key) => post(service, anExport, { key })));
    const { value: first } = await drive(service, both, { hangs: true });
    const answers = [...first, await send('k'), await send('l')];
    expect(answers.map(({ body }) => body.code)).toEqual(Array(4).fill('create-outcome-unknown'));
    for (const { body } of answers) {
      expect(body.detail).toMatch(/one of these jobs: \d+, \d+\. If one of them is yours, use it; if none/);
    }
    expect(createsOf(service)).toBe(2);
  });

  it('is unknown where the list cannot be read, and is found with the same key when it can', async () => {
    add({ kind: 'lost-answer', instead: 'reset' });
    service.emulator.misbehaviours.add({ route: 'list', how: { kind: 'empty', status: 500 } });
    const first = await send('k');
    expect(first.body).toMatchObject({ status: 504, code: 'create-outcome-unknown', retryable: false });
    expect(first.body.detail).toMatch(
      /send the same request with the same Idempotency-Key: the job is looked/,
    );
    service.emulator.misbehaviours.clear();
    // The circuit breaker lets nothing through for a while.
    service.emulator.clock.advance(30_000);
    const second = await send('k');
    expect([second.status, createsOf(service)]).toEqual([201, 1]);
  });

  it('is not taken for an equal job that was there before, nor for that of another create', async () => {
    const before = await post(service, anExport);
    service.emulator.clock.advance(5_000);
    add({ kind: 'reset' });
    const lost = await send('k');
    expect(lost.body.code).toBe('create-not-confirmed');
    const other = await post(service, anExport);
    expect(other.status).toBe(201);
    service.emulator.clock.advance(100_000);
    const again = await send('k');
    expect(again.status).toBe(201);
    expect(new Set([before.body.id, other.body.id, again.body.id]).size).toBe(3);
  });

  it('of two equal ones at once, each gets a job of its own or none', async () => {
    add({ kind: 'lost-answer', instead: 'silence' }, 2);
    const both = Promise.all([post(service, anExport, { key: 'a' }), post(service, anExport, { key: 'b' })]);
    const answers = (await drive(service, both, { hangs: true })).value;
    const ids = answers.flatMap(({ status, body }) => (status === 201 ? [body.id] : []));
    expect(new Set(ids).size).toBe(ids.length);
    expect(createsOf(service)).toBe(2);
  });
});
