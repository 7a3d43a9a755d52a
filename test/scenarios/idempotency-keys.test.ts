import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  anExport,
  createsOf,
  jobsOf,
  otherExport,
  post,
  sameExport,
  statuses,
} from '../support/creates-under-test.ts';
import { drive, until } from '../support/driving.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const dayMs = 24 * 60 * 60 * 1000;

describe('an Idempotency-Key', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startServiceUnderTest();
  });
  afterEach(() => service.stop());

  it('gets the same answer again, however the same export is spelt, and says that it is a replay', async () => {
    const first = await post(service, anExport, { key: '"k"' });
    service.emulator.clock.advance(600_000);
    const again = await post(service, sameExport, { key: 'k' });
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.text).toBe(first.text);
    expect(again.headers).toMatchObject({ location: first.headers.location, etag: first.headers.etag });
    expect([first.headers, again.headers].map((headers) => headers['idempotent-replayed'])).toEqual([
      undefined,
      'true',
    ]);
    expect(jobsOf(service)).toEqual([first.body.id]);
  });

  it.each([2, 10, 100])('starts one export for %d equal requests at once', async (count) => {
    const answers = await Promise.all(
      Array.from({ length: count }, (_, at) => post(service, at % 2 ? sameExport : anExport, { key: 'k' })),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(statuses(answers)).toEqual(Array(count).fill(201));
    expect(answers.filter(({ headers }) => headers['idempotent-replayed'] === 'true')).toHaveLength(
      count - 1,
    );
    expect(createsOf(service)).toBe(1);
  });

  it.each([2, 10, 100])(
    'lets one of %d different exports at once through, and refuses the others',
    async (count) => {
      const answers = await Promise.all(
        Array.from({ length: count }, (_, at) =>
          post(service, { ...anExport, datasetId: `d${at}` }, { key: 'k' }),
        ),
      );
      expect(statuses(answers)).toEqual([201, ...Array(count - 1).fill(422)]);
      expect(answers.find(({ status }) => status === 422)?.body).toMatchObject({
        code: 'idempotency-key-reused',
        retryable: false,
      });
      expect(createsOf(service)).toBe(1);
    },
  );

  it.each([2, 10, 100])('is no matter for %d equal creates without one: each is an export', async (count) => {
    const answers = await Promise.all(Array.from({ length: count }, () => post(service, anExport)));
    expect(statuses(answers)).toEqual(Array(count).fill(201));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(count);
    expect(createsOf(service)).toBe(count);
  });

  it('is another key in another sandbox', async () => {
    const first = await post(service, anExport, { key: 'k' });
    const other = await post(service, otherExport, { key: 'k', headers: { 'x-sandbox-name': 'dev' } });
    expect([first.status, other.status, createsOf(service)]).toEqual([201, 201, 2]);
  });

  it('is kept for a day, and no longer', async () => {
    const first = await post(service, anExport, { key: 'k' });
    service.emulator.clock.advance(dayMs - 1_000);
    expect((await post(service, anExport, { key: 'k' })).body.id).toBe(first.body.id);
    service.emulator.clock.advance(2_000);
    const later = await post(service, otherExport, { key: 'k' });
    expect([later.status, createsOf(service)]).toEqual([201, 2]);
  });

  it('is free again after a refusal before anything was sent, and after one of Platform’s', async () => {
    const invalid = await post(service, { datasetId: 'd' }, { key: 'k' });
    const how = { kind: 'answer', status: 400, body: { code: '400', message: 'No such dataset' } } as const;
    service.emulator.misbehaviours.add({ route: 'create', times: 1, how });
    const refused = await post(service, anExport, { key: 'k' });
    const fixed = await post(service, otherExport, { key: 'k' });
    expect([invalid.status, refused.status, fixed.status]).toEqual([422, 422, 201]);
    expect(refused.body.code).toBe('job-refused');
  });

  it('is free again where no token was available, and where Platform throttled', async () => {
    service.emulator.misbehaviours.add({ route: 'token', times: 1, how: { kind: 'empty', status: 503 } });
    const unavailable = await post(service, anExport, { key: 'k' });
    service.emulator.clock.advance(60_000);
    const body = { error_code: '429050', message: 'later' };
    service.emulator.misbehaviours.add({
      route: 'create',
      times: 1,
      how: { kind: 'answer', status: 429, body },
    });
    const throttled = await post(service, anExport, { key: 'k' });
    service.emulator.clock.advance(60_000);
    const last = await post(service, anExport, { key: 'k' });
    expect([unavailable.status, throttled.status, last.status]).toEqual([503, 503, 201]);
    expect(last.headers['idempotent-replayed']).toBeUndefined();
  });

  it('waits for the first request a while, and then says that it is under way and when to ask again', async () => {
    service.emulator.misbehaviours.add({ route: 'create', times: 1, how: { kind: 'delay', ms: 8_000 } });
    const first = post(service, anExport, { key: 'k' });
    await until(() => createsOf(service) === 1);
    const { value: second, tookMs } = await drive(service, post(service, anExport, { key: 'k' }), {
      hangs: true,
    });
    expect(second.body).toMatchObject({ status: 409, code: 'idempotency-key-in-use', retryable: true });
    expect(Number(second.headers['retry-after'])).toBeGreaterThan(0);
    expect(tookMs).toBeLessThan(5_000);
    const { value } = await drive(service, first, { hangs: true });
    const third = await post(service, anExport, { key: 'k' });
    expect([value.status, third.text, createsOf(service)]).toEqual([201, value.text, 1]);
  });

  it('refuses another export at once, while the first one is under way', async () => {
    service.emulator.misbehaviours.add({ route: 'create', times: 1, how: { kind: 'delay', ms: 8_000 } });
    const first = post(service, anExport, { key: 'k' });
    await until(() => createsOf(service) === 1);
    expect((await post(service, otherExport, { key: 'k' })).body.code).toBe('idempotency-key-reused');
    expect((await drive(service, first, { hangs: true })).value.status).toBe(201);
  });

  it('replays a job that Platform started and did not show, as it is by then', async () => {
    service.emulator.misbehaviours.add({ route: 'create', times: 1, how: { kind: 'empty-success' } });
    service.emulator.misbehaviours.add({ route: 'get', times: 1, how: { kind: 'empty', status: 500 } });
    const first = await post(service, anExport, { key: 'k' });
    expect(first.body).toMatchObject({ code: 'platform-malformed' });
    const again = await post(service, anExport, { key: 'k' });
    expect(again.status).toBe(201);
    expect(again.headers.location).toBe(first.headers.location);
    expect(createsOf(service)).toBe(1);
  });
});
