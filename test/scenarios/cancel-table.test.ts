import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EmulatedJob } from '../../emulator/job-book.ts';
import { drive } from '../support/driving.ts';
import { type How, json } from '../support/failing.ts';
import { startKeeping } from '../support/keeping.ts';
import type { ServiceUnderTest } from '../support/service-under-test.ts';

const accepts = json(200, { status: true, message: 'Export job has been marked for cancelling' });
const refuses = json(400, { code: '400', message: 'It cannot be cancelled' });
const minute = 60_000;

/** How long before the cancel the job was changed last, and what is answered then. */
interface Row {
  readonly status: string;
  readonly changedAgoMs?: number;
  /** Without a wait, where Platform marks the job, and where it refuses. */
  readonly marked: number;
  readonly refused: number;
  /** The same with `Prefer: wait=5`, in which nothing changes. */
  readonly markedAndWaited: number;
  readonly refusedAndWaited: number;
  /** Whether its end is known for sure as soon as it was read, so that no cancel is sent. */
  readonly isKnown?: boolean;
}

const rows: readonly Row[] = [
  { status: 'NEW', marked: 202, refused: 422, markedAndWaited: 202, refusedAndWaited: 422 },
  { status: 'PROCESSING', marked: 202, refused: 422, markedAndWaited: 202, refusedAndWaited: 422 },
  { status: 'SOMETHING_ELSE', marked: 202, refused: 422, markedAndWaited: 202, refusedAndWaited: 422 },
  { status: 'CANCELLING', marked: 202, refused: 202, markedAndWaited: 202, refusedAndWaited: 202 },
  { status: 'CANCELLED', marked: 202, refused: 202, markedAndWaited: 200, refusedAndWaited: 200 },
  {
    status: 'SUCCEEDED',
    marked: 409,
    refused: 409,
    markedAndWaited: 409,
    refusedAndWaited: 409,
    isKnown: true,
  },
  {
    status: 'FAILED',
    changedAgoMs: 10 * minute,
    marked: 409,
    refused: 409,
    markedAndWaited: 409,
    refusedAndWaited: 409,
    isKnown: true,
  },
  // By the cancel, for all that is known.
  {
    status: 'FAILED',
    changedAgoMs: 1_000,
    marked: 202,
    refused: 409,
    markedAndWaited: 200,
    refusedAndWaited: 409,
    isKnown: true,
  },
];
const cases = rows.flatMap((row) =>
  (['marked', 'refused'] as const).flatMap((platform) =>
    (['', 'AndWaited'] as const).flatMap((waited) =>
      [true, false].map((isCached) => ({ row, platform, waited, isCached })),
    ),
  ),
);

describe('a cancel', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startKeeping();
  });
  afterEach(() => service.stop());

  const put = ({ status, changedAgoMs }: Row) => {
    const updateTime = service.emulator.clock.wallNow() - (changedAgoMs ?? 0);
    const job: EmulatedJob = { id: 7, status, ...(changedAgoMs !== undefined && { updateTime }) };
    service.emulator.jobs.put('prod', job);
  };
  const behave = (how: How) => service.emulator.misbehaviours.add({ route: 'cancel', how });
  const calls = (route: 'get' | 'cancel') => service.emulator.requests.all(route).length;
  const cancel = (headers: Record<string, string> = {}) => service.send('DELETE', '/jobs/7', { headers });

  it.each(
    cases.map((one) => {
      const { row, platform, waited, isCached } = one;
      const age = row.changedAgoMs === undefined ? '' : ` for ${row.changedAgoMs} ms`;
      const isNotSent = row.isKnown === true && isCached;
      const expected = isNotSent ? 409 : row[`${platform}${waited}`];
      const name = `${row.status}${age}, ${isCached ? 'cached' : 'not cached'}, ${platform}${waited}`;
      return [name, expected, { ...one, isNotSent }] as const;
    }),
  )('of a job that is %s: %i', async (_name, expected, { row, platform, waited, isCached, isNotSent }) => {
    put(row);
    if (isCached) await service.send('GET', '/jobs/7');
    service.emulator.requests.clear();
    behave(platform === 'marked' ? accepts : refuses);
    const { value, tookMs } = await drive(service, cancel(waited === '' ? {} : { prefer: 'wait=5' }));
    const { status, headers, body } = value;
    expect(status).toBe(expected);
    expect(calls('cancel')).toBe(isNotSent ? 0 : 1);
    if (isNotSent) expect(calls('get')).toBe(0);
    if (waited === '') expect(calls('get')).toBeLessThanOrEqual(1);

    const hasWaited = waited !== '' && expected === 202;
    expect(tookMs >= 5_000).toBe(hasWaited);
    expect(headers['preference-applied']).toBe(hasWaited || expected === 200 ? 'wait=5' : undefined);
    if (expected === 202) expect(body).toEqual({ id: '7', cancelling: true, message: expect.any(String) });
    if (expected === 422) expect([body.code, body.detail]).toEqual(['job-refused', 'It cannot be cancelled']);
    if (expected === 200) expect([body.status, headers['content-location']]).toEqual([row.status, '/jobs/7']);
    if (expected === 409) {
      expect(body).toMatchObject({ code: 'job-already-done', retryable: false, owner: 'caller' });
      const { body: job, headers: read } = await service.send('GET', '/jobs/7');
      expect([body.job, read['cache-status']]).toEqual([job, expect.stringContaining('; hit;')]);
    }
  });

  it.each<[string, How, How, number, string | undefined]>([
    ['marked', accepts, json(503, {}), 202, undefined],
    ['marked', accepts, json(404, { status: 404, title: 'none' }), 202, undefined],
    ['marked', accepts, { kind: 'html', status: 200 }, 202, undefined],
    ['marked', accepts, { kind: 'reset' }, 202, undefined],
    ['refused', refuses, json(503, {}), 422, 'job-refused'],
    ['refused', refuses, { kind: 'reset' }, 422, 'job-refused'],
  ])(
    'is what Platform answers, %s, where the job cannot be read',
    async (_name, how, unreadable, status, code) => {
      service.emulator.misbehaviours.add({ route: 'get', how: unreadable });
      behave(how);
      for (const headers of [{}, { prefer: 'wait=5' }]) {
        const answer = await cancel(headers);
        expect([answer.status, answer.body.code, answer.headers['preference-applied']]).toEqual([
          status,
          code,
          undefined,
        ]);
      }
    },
  );

  it('is answered a second later at most where the job is slow to read', async () => {
    behave(accepts);
    service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'hang' } });
    const { value, tookMs } = await drive(service, cancel(), { hangs: true });
    expect([value.status, tookMs <= 1_500]).toEqual([202, true]);
  });

  it('waits for that no longer than its caller', async () => {
    behave(accepts);
    service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'hang' } });
    const { value, tookMs } = await drive(service, cancel({ 'request-timeout': '0.4' }), { hangs: true });
    expect([value.status, tookMs <= 500]).toEqual([202, true]);
  });

  it('may be repeated while the job is being cancelled, and afterwards', async () => {
    const { body } = await service.send('POST', '/jobs', { body: { datasetId: 'd', allProfiles: true } });
    const again = () => service.send('DELETE', `/jobs/${body.id}`);
    const statuses: number[] = [];
    for (const ms of [0, 1_000, 40_000, 0, 4_000_000]) {
      service.emulator.clock.advance(ms);
      statuses.push((await again()).status);
    }
    expect(statuses).toEqual([202, 202, 202, 202, 202]);
    expect((await service.send('GET', `/jobs/${body.id}`)).body.status).toBe('CANCELLED');
  });
});
