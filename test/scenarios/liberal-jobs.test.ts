import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type How, json } from '../support/failing.ts';
import { readFixture } from '../support/fixture.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { putJob } from '../support/watching.ts';

/** JSON as a text, because a number of JavaScript's could not hold such an id. */
const raw = (body: string, headers: Record<string, string> = {}): How => ({
  kind: 'answer',
  status: 200,
  headers,
  body,
});
const longId = '9007199254740993';
const startedAtMs = Date.parse('2026-01-01T00:00:00Z');

describe('what Platform says of jobs', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest();
  });
  afterAll(() => service.stop());
  afterEach(() => service.emulator.misbehaviours.clear());

  const answering = (route: 'list' | 'get' | 'create' | 'cancel', how: How) =>
    service.emulator.misbehaviours.add({ route, how });

  describe('in a list', () => {
    const records = [
      { id: 3, status: 'NEW' },
      { status: 'NEW' },
      { id: 2 },
      'nonsense',
      null,
      { id: 1, status: 'FAILED' },
    ];

    it('is shown as far as it can be read, with how many records cannot, and paging goes on', async () => {
      answering('list', json(200, { records, link: { next: '/export/jobs/?limit=2&offset=1_1' } }));
      const { status, body } = await service.send('GET', '/jobs?limit=2');
      expect(status).toBe(200);
      expect(body.jobs.map(({ id }: { id: string }) => id)).toEqual(['3', '1']);
      expect(body).toMatchObject({ unreadable: 4, next: '/jobs?limit=2&offset=1_1' });
      expect(service.logLines().find(({ level }) => level === 'warn')).toMatchObject({
        unreadable: 4,
        sandbox: 'prod',
        at: ['/records/1/id', '/records/2/status', '/records/3', '/records/4'],
      });
    });

    it('is a page without jobs where none can be read', async () => {
      answering('list', json(200, { records: [{}], link: null }));
      const { body } = await service.send('GET', '/jobs');
      expect(body).toEqual({ jobs: [], next: null, unreadable: 1 });
    });

    it('says nothing of unreadable records where there is none, and has another tag where there is', async () => {
      answering('list', json(200, { records: [{ id: 3, status: 'NEW' }] }));
      const whole = await service.send('GET', '/jobs');
      expect(whole.body).not.toHaveProperty('unreadable');
      service.emulator.misbehaviours.clear();
      answering('list', json(200, { records: [{ id: 3, status: 'NEW' }, {}] }));
      const partial = await service.send('GET', '/jobs');
      expect(partial.headers.etag).not.toBe(whole.headers.etag);
    });
  });

  describe('with an id past 2^53', () => {
    const job = (id: string) => `{"id":${id},"status":"NEW","metrics":{"totalExportedProfileCounter":12}}`;

    it('is shown with the exact id, in a list, by itself and when it is created', async () => {
      answering('list', raw(`{"records":[${job(longId)},${job('9007199254740992')}]}`));
      answering('get', raw(job(longId)));
      answering('create', raw(job(longId)));
      const list = await service.send('GET', '/jobs');
      expect(list.body.jobs.map(({ id }: { id: string }) => id)).toEqual([longId, '9007199254740992']);
      const get = await service.send('GET', `/jobs/${longId}`);
      expect(get.body).toMatchObject({ id: longId, metrics: { profiles: 12 } });
      const body = { datasetId: 'd', allProfiles: true };
      const create = await service.send('POST', '/jobs', { body });
      expect([create.body.id, create.headers.location]).toEqual([longId, `/jobs/${longId}`]);
    });

    // https://www.rfc-editor.org/rfc/rfc8259#section-6: 1E400 and the like are allowed by the grammar.
    it.each(['1e400', '9007199254740993.5', '-9007199254740993'])('is not shown as %s', async (id) => {
      answering('list', raw(`{"records":[{"id":${id},"status":"NEW"}]}`));
      const { body } = await service.send('GET', '/jobs');
      expect(body).toMatchObject({ jobs: [], unreadable: 1 });
    });
  });

  describe('that somebody else asked for', () => {
    it.each<[string, How]>([
      ['another job', json(200, { id: 4242, status: 'SUCCEEDED' })],
      [
        'another job that has failed',
        json(200, { id: 4242, status: 'FAILED', errors: [{ code: 'UPAPI-113752-403', msg: 'no' }] }),
      ],
      ['the id with zeros in front of it', json(200, { id: '0513', status: 'SUCCEEDED' })],
      ['a fraction', raw('{"id":513.5,"status":"SUCCEEDED"}')],
      ['an array of one', json(200, [{ id: 513, status: 'SUCCEEDED' }])],
      ['a page', json(200, { records: [{ id: 513, status: 'SUCCEEDED' }] })],
    ])('is no answer to GET /jobs/513: %s', async (_name, how) => {
      await using other = await startServiceUnderTest({ cache: 'asConfigured' });
      other.emulator.misbehaviours.add({ route: 'get', times: 1, how });
      const answer = await other.send('GET', '/jobs/513');
      expect(answer.body).toMatchObject({ status: 502, code: 'platform-malformed' });
      // Nothing of it was kept under either id.
      for (const id of ['513', '4242']) {
        const { status } = await other.send('GET', `/jobs/${id}`);
        expect([id, status]).toEqual([id, 404]);
      }
    });

    it.each([513, '513'])('is one with the id %j', async (id) => {
      answering('get', json(200, { id, status: 'NEW' }));
      expect((await service.send('GET', '/jobs/513')).body.id).toBe('513');
    });

    it('is no list', async () => {
      answering('list', json(200, { id: 513, status: 'NEW' }));
      expect((await service.send('GET', '/jobs')).body.code).toBe('platform-malformed');
    });
  });

  it.each<[string, unknown, object[]]>([
    ['texts', ['one', 'two'], [{ message: 'one' }, { message: 'two' }]],
    ['one text', 'one', [{ message: 'one' }]],
    ['one object', { code: 'E-1', msg: 'one' }, [{ code: 'E-1', message: 'one' }]],
    ['objects with message', [{ code: 5, message: 'one' }], [{ code: '5', message: 'one' }]],
    ['objects with errorMessage', [{ errorCode: 'E', errorMessage: 'one' }], [{ code: 'E', message: 'one' }]],
    ['objects with reason', [{ reason: 'one', callStack: 'com.adobe.X' }], [{ message: 'one' }]],
    ['a map by status', { 500: [{ code: 'E-1', message: 'one' }] }, [{ code: 'E-1', message: 'one' }]],
  ])('shows why a job has failed where its errors are %s', async (_name, errors, shown) => {
    answering('get', json(200, { id: 7, status: 'FAILED', errors }));
    const { body, text } = await service.send('GET', '/jobs/7');
    expect(body.errors).toEqual(shown);
    expect(text).not.toContain('com.adobe');
  });

  it.each<[string, (ms: number) => unknown]>([
    ['seconds', (ms) => ms / 1000],
    ['digits', (ms) => String(ms)],
    ['ISO text', (ms) => new Date(ms).toISOString()],
    ['ISO text with an offset', (ms) => new Date(ms + 7_200_000).toISOString().replace('Z', '+02:00')],
  ])('has its times, whether they come as %s', async (_name, write) => {
    const [start, end] = [startedAtMs, startedAtMs + 600_000];
    const timing = { startTimeInMs: write(start), endTimeInMs: write(end), totalTimeInMs: '600000' };
    const times = { creationTime: write(start), updateTime: write(end), metrics: { totalTime: timing } };
    answering('get', json(200, { id: 7, status: 'SUCCEEDED', ...times }));
    const { body } = await service.send('GET', '/jobs/7');
    expect(body).toMatchObject({
      createdAt: '2026-01-01T00:00:00.000Z',
      updatedAt: '2026-01-01T00:10:00.000Z',
      metrics: {
        total: {
          startedAt: '2026-01-01T00:00:00.000Z',
          endedAt: '2026-01-01T00:10:00.000Z',
          durationMs: 600_000,
        },
      },
    });
  });

  it('is read by its sample all the same', async () => {
    answering('get', json(200, readFixture('job')));
    const { body } = await service.send('GET', '/jobs/100');
    expect(body).toMatchObject({ id: '100', metrics: { total: { durationMs: 10_000 } } });
  });
});

describe('how long exports take', () => {
  it('is ten minutes, and not 600 ms, where Platform counts seconds', async () => {
    await using service = await startServiceUnderTest({ cache: 'asConfigured' });
    const startTimeInMs = startedAtMs / 1000;
    const totalTime = { startTimeInMs, endTimeInMs: startTimeInMs + 600, totalTimeInMs: 600 };
    putJob(service, { id: 1, status: 'SUCCEEDED', metrics: { totalTime } });
    await service.send('GET', '/jobs/1');
    putJob(service, { id: 2, status: 'PROCESSING', creationTime: startTimeInMs });
    const { body } = await service.send('GET', '/jobs/2');
    expect(body.progress).toMatchObject({ startedAt: '2026-01-01T00:00:00.000Z', typicalMs: 600_000 });
  });
});
