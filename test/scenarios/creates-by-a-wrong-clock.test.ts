import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { anExport, createsOf, jobsOf, post } from '../support/creates-under-test.ts';
import { drive, pass, until } from '../support/driving.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const second = 1_000;
const hour = 3_600_000;
const shifts = [
  ['set back by two seconds', -2 * second],
  ['set back by an hour', -hour],
  ['set forward by two minutes', 120 * second],
  ['set forward by ten hours', 10 * hour],
] as const;

describe('a machine whose time is set', () => {
  let service: ServiceUnderTest;
  const leaseMs = 6_000;
  beforeEach(async () => {
    service = await startServiceUnderTest({ creates: { leaseMs } });
  });
  afterEach(() => service.stop());

  const again = async (): Promise<Response> =>
    (await drive(service, post(service, anExport, { key: 'k' }))).value;

  /** Its answer is lost, and the list cannot be read. */
  async function loseCreate(how: { kind: 'lost-answer' } | { kind: 'reset' }): Promise<void> {
    service.emulator.misbehaviours.add({ route: 'create', times: 1, how });
    service.emulator.misbehaviours.add({ route: 'list', how: { kind: 'empty', status: 500 } });
    expect((await again()).body.code).toBe('create-outcome-unknown');
    service.emulator.misbehaviours.clear();
  }

  it.each(shifts)(
    'since a create that was carried out and lost its answer (%s) gives the same key its job',
    async (_name, ms) => {
      await loseCreate({ kind: 'lost-answer' });
      service.emulator.clock.shiftWall(ms);
      const answers = [await again()];
      service.emulator.clock.advance(100 * second);
      answers.push(await again());
      expect(answers.map(({ status, body }) => [status, body.id])).toEqual([
        [201, '101'],
        [201, '101'],
      ]);
      expect([createsOf(service), jobsOf(service)]).toEqual([1, ['101']]);
    },
  );

  it.each(shifts)(
    'since a create that was not carried out (%s) sends no other as long as it may be, and then one',
    async (_name, ms) => {
      await loseCreate({ kind: 'reset' });
      service.emulator.clock.shiftWall(ms);
      const early = await again();
      expect([early.body.code, createsOf(service)]).toEqual(['create-not-confirmed', 1]);
      const waitMs = 1_000 * Number(early.headers['retry-after']);
      expect(waitMs).toBeLessThanOrEqual(75 * second);
      service.emulator.clock.advance(waitMs - 2 * second);
      expect([(await again()).status, createsOf(service)]).toEqual([504, 1]);
      service.emulator.clock.advance(2 * second);
      const last = await again();
      expect([last.status, createsOf(service), jobsOf(service)]).toEqual([201, 2, [last.body.id]]);
    },
  );

  it.each(shifts)(
    'since a create that is carried out late (%s) gives the same key its job',
    async (_name, ms) => {
      service.emulator.misbehaviours.add({ route: 'create', how: { kind: 'late-in-list', ms: 60 * second } });
      service.emulator.misbehaviours.add({ route: 'create', times: 1, how: { kind: 'lost-answer' } });
      expect((await again()).body.code).toBe('create-not-confirmed');
      service.emulator.clock.shiftWall(ms);
      const early = await again();
      expect([early.body.code, createsOf(service)]).toEqual(['create-not-confirmed', 1]);
      service.emulator.clock.advance(1_000 * Number(early.headers['retry-after']));
      expect([(await again()).status, createsOf(service), jobsOf(service).length]).toEqual([201, 1, 1]);
    },
  );

  /** A create that Platform answers after so long, sent so shortly before the next look for creates without a holder. */
  async function begin(ms: number): Promise<{ readonly first: Promise<Response> }> {
    await pass(service, leaseMs - 1_500);
    service.emulator.misbehaviours.add({ route: 'create', times: 1, how: { kind: 'delay', ms } });
    const first = post(service, anExport, { key: 'k' });
    await until(() => createsOf(service) === 1);
    service.emulator.clock.shiftWall(600 * second);
    return { first };
  }

  it.each([
    ['waits for it, where it ends soon', 2_000, 201],
    ['is told that it is under way', 9_000, 409],
  ])('while a create is under way: its key, in another request, %s', async (_name, ms, status) => {
    const { first } = await begin(ms);
    const { value: other } = await drive(service, post(service, anExport, { key: 'k' }), { hangs: true });
    expect([other.status, other.headers['idempotent-replayed']]).toEqual([
      status,
      status === 201 ? 'true' : undefined,
    ]);
    expect((await drive(service, first, { hangs: true })).value.status).toBe(201);
    expect([createsOf(service), jobsOf(service)]).toEqual([1, ['101']]);
  });

  it('while a create is under way does not make it one whose process has died', async () => {
    const { first } = await begin(9_000);
    const { value, tookMs } = await drive(service, first, { hangs: true });
    expect([value.status, tookMs > leaseMs]).toEqual([201, true]);
    expect(service.logLines().map(({ msg }) => msg)).not.toContainEqual(expect.stringMatching(/died/));
    expect(service.auditLines()).toMatchObject([{ outcome: 'created', jobId: '101' }]);
    expect(service.auditLines()[0]).not.toHaveProperty('recovered');
  });
});
