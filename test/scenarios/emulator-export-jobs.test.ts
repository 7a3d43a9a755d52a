import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { type EmulatorUnderTest, jobsPath, startEmulatorUnderTest } from '../support/emulator-under-test.ts';
import { readFixture } from '../support/fixture.ts';

let adobe: EmulatorUnderTest;
beforeEach(async () => {
  adobe = await startEmulatorUnderTest();
});
afterEach(() => adobe.emulator.close());

const put = (...jobs: readonly (readonly [id: number, creationTime: number, status?: string])[]) => {
  for (const [id, creationTime, status = 'NEW'] of jobs) {
    adobe.emulator.jobs.put('prod', { id, creationTime, status });
  }
};
const list = (query = '') => adobe.ask('GET', query && `?${query}`);
const idsOf = ({ body }: { body: { records: { id: number }[] } }) => body.records.map(({ id }) => id);
/** The query of a link, which has the documented slash before it. */
const queryOf = (next: string) => /^\/export\/jobs\/\?(.+)$/.exec(next)?.[1] ?? '';

describe('the pages of the emulated list', () => {
  it('are named by their last record, as is the page itself, and come to an end', async () => {
    put([1, 10], [2, 10], [3, 30], [4, 40]);
    const first = await list('limit=2');
    expect(first.body.page).toEqual({
      sortField: 'createdTime',
      sort: 'desc',
      pageOffset: '30_3',
      pageSize: 2,
    });
    expect(first.body.link.next).toBe('/export/jobs/?limit=2&offset=30_3');
    const second = await list(queryOf(first.body.link.next));
    expect([idsOf(first), idsOf(second)]).toEqual([
      [4, 3],
      [2, 1],
    ]);
    expect(second.body).toMatchObject({ page: { pageOffset: '10_1' }, link: { next: '' } });
    expect((await list(`limit=2&offset=10_1`)).body).toMatchObject({
      records: [],
      page: { pageOffset: '', pageSize: 0 },
      link: { next: '' },
    });
  });

  it('go on when the job at their edge has left the filter, without a gap and without a double', async () => {
    put([1, 10], [2, 20], [3, 30], [4, 40]);
    const { body } = await list('status=NEW&limit=2');
    put([3, 30, 'SUCCEEDED'], [5, 50]);
    expect(idsOf(await list(`${queryOf(body.link.next)}&status=NEW`))).toEqual([2, 1]);
  });

  it('are answered by the path with the slash of the link, as by the one without', async () => {
    put([1, 10]);
    expect(idsOf(await adobe.ask('GET', '/?limit=1'))).toEqual([1]);
  });

  it('hold all jobs where no limit is given, behind an offset too', async () => {
    put(...Array.from({ length: 150 }, (_, at) => [at + 1, at + 1] as const));
    const { body } = await list();
    expect([body.records.length, body.page.pageSize, body.link.next]).toEqual([150, 150, '']);
    expect(idsOf(await list('offset=4_4'))).toEqual([3, 2, 1]);
    expect(idsOf(await list('limit=100000'))).toHaveLength(150);
  });

  it.each(['abc', '0', '-1', '1.5', '', '1e2', '0x10', '+5', '%205', '5&limit=6', '99999999999999999999'])(
    'are not of limit «%s»',
    async (limit) => {
      const { status, body } = await list(`limit=${limit}`);
      expect([status, body.errors?.['400'][0].message]).toEqual([
        400,
        expect.stringContaining('Invalid limit'),
      ]);
    },
  );

  it.each(['abc', '', '10', '_1', '10_', 'x_1', '-1_1', '1_1&offset=2_2'])(
    'do not begin at offset «%s»',
    async (offset) => {
      const { status, body } = await list(`offset=${offset}`);
      expect([status, body.title]).toEqual([400, expect.stringContaining('Invalid offset')]);
    },
  );

  it.each(['SUCCEDED', 'new', '', 'PROCESSING', 'NEW&status=FAILED'])(
    'are not filtered by the status «%s»',
    async (value) => expect((await list(`status=${value}`)).status).toBe(400),
  );

  it('are in order for ids that are texts and times that are none, and can be paged through', async () => {
    const { jobs } = adobe.emulator;
    for (const id of ['b', 'a_1', 'a', '10', '9']) jobs.put('dev', { id, status: 'NEW' });
    const seen: string[] = [];
    let query = 'limit=1';
    const headers = { 'x-sandbox-name': 'dev' };
    do {
      const url = `${adobe.emulator.url}${jobsPath}?${query}`;
      const token = adobe.emulator.tokens.issued()[0];
      const { clientId, orgId } = adobe.emulator.credential;
      const answer = await fetch(url, {
        headers: {
          authorization: `Bearer ${token}`,
          'x-api-key': clientId,
          'x-gw-ims-org-id': orgId,
          ...headers,
        },
      });
      const { records, link } = Object(await answer.json());
      seen.push(records[0].id);
      query = queryOf(link.next);
    } while (query !== '');
    expect(seen).toEqual(['b', 'a_1', 'a', '10', '9']);
  });
});

describe('a create of the emulated Platform', () => {
  const destination = { datasetId: 'd' };
  const schema = { name: '_xdm.context.profile' };
  const create = (body: object | string, headers = {}) => adobe.ask('POST', '', { body, headers });

  it('takes the documented sample, and gives the job as a fresh one is', async () => {
    const { status, body, headers } = await create(readFixture('create-request'));
    expect(status).toBe(200);
    expect(headers['x-location']).toBe(`/export/jobs/${body.id}`);
    expect(body).toMatchObject({ ...readFixture('create-request'), status: 'NEW' });
    expect(Object.keys(body.metrics.totalTime)).toEqual(['startTimeInMs']);
  });

  it.each([
    { fields: '' },
    { filter: {} },
    { evaluationInfo: {}, additionalFields: {}, mergePolicy: {} },
    { filter: { segmentQualificationTime: { startTime: '2018-01-01T00:00:00.5-07:00' } } },
    { filter: { segments: [] } },
  ])('takes what is documented as optional: %j', async (more) =>
    expect((await create({ destination, schema, ...more })).status).toBe(200),
  );

  it.each([
    ['destination.datasetId is required', { schema }],
    ['destination.datasetId is required', { schema, destination: {} }],
    ['destination.datasetId is required', { schema, destination: { datasetId: '' } }],
    ['schema.name is required', { destination }],
    ['fields is not valid', { destination, schema, fields: null }],
    ['filter is not valid', { destination, schema, filter: 'x' }],
    ['fields is not valid', { destination, schema, fields: ['a'] }],
    ['filter.segments is not valid', { destination, schema, filter: { segments: {} } }],
    ['filter.segments.0.segmentId is required', { destination, schema, filter: { segments: [{}] } }],
    [
      'destination.segmentPerBatch is not valid',
      { schema, destination: { ...destination, segmentPerBatch: 'x' } },
    ],
    ['mergePolicy.version is not valid', { destination, schema, mergePolicy: { version: '1' } }],
    [
      'filter.fromIngestTimestamp is not valid',
      { destination, schema, filter: { fromIngestTimestamp: 'today' } },
    ],
    ['The request body is not a JSON object', []],
    ['The request body is not a JSON object', 'null'],
    ['The request body is not a JSON object', '{"destination":'],
    ['The request body is not a JSON object', ''],
  ])('is refused in the shape of the profile service: %s (%#)', async (message, body) => {
    const { status, body: answer } = await create(body);
    expect([status, answer.errors?.['400']?.[0].message]).toEqual([400, expect.stringContaining(message)]);
    expect((await list()).body.records).toEqual([]);
  });

  it('takes over nothing that it does not know', async () => {
    const { body } = await create({
      destination,
      schema,
      id: 7,
      status: 'SUCCEEDED',
      imsOrgId: 'x',
      snapshotName: 1,
    });
    expect([body.id, body.status, body.snapshotName]).toEqual([101, 'NEW', undefined]);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonx',
  ])('that says that it is %s is a 415 problem', async (type) => {
    const { status, body, type: answered } = await create('{}', { 'content-type': type });
    expect([status, answered]).toEqual([415, 'application/problem+json']);
    expect(body).toMatchObject({ status: 415, title: 'Unsupported Media Type' });
  });

  it.each(['application/json;charset=UTF-8', 'APPLICATION/JSON', 'application/vnd.adobe+json'])(
    'may say that it is %s',
    async (type) => {
      const body = JSON.stringify({ destination, schema });
      expect((await create(body, { 'content-type': type })).status).toBe(200);
    },
  );

  it('is checked by the gateway before its body is looked at', async () => {
    const { status } = await create('{"', { authorization: '', 'content-type': 'text/plain' });
    expect(status).toBe(403);
  });

  it('gives one batch for each segment where that is asked for, and none at the top', async () => {
    const filter = {
      segments: [{ segmentId: 'a' }, { segmentId: 'b', segmentNs: 'AAM', status: ['exited'] }],
    };
    const { body: job } = await create({
      schema,
      destination: { ...destination, segmentPerBatch: true },
      filter,
    });
    adobe.emulator.clock.advance(240_000);
    const { body } = await adobe.ask('GET', `/${job.id}`);
    expect(body.destination).toEqual({
      ...destination,
      segmentPerBatch: true,
      batches: [
        { segmentId: 'a', segmentNs: 'ups', status: ['realized', 'existing'], batchId: expect.any(String) },
        { segmentId: 'b', segmentNs: 'AAM', status: ['exited'], batchId: expect.any(String) },
      ],
    });
    expect(new Set(body.destination.batches.map(({ batchId }: { batchId: string }) => batchId)).size).toBe(2);
  });

  it('ends with both counters, and says the same each time that it is asked', async () => {
    const { body: job } = await create({ schema, destination });
    adobe.emulator.clock.advance(240_000);
    const { body } = await adobe.ask('GET', `/${job.id}`);
    const { totalExportedProfileCounter, exportedProfileByNamespaceCounter } = body.metrics;
    const counts: number[] = Object.values(exportedProfileByNamespaceCounter);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(totalExportedProfileCounter);
    expect(body.destination).toEqual({ ...destination, batchId: expect.stringMatching(/./) });
    expect((await adobe.ask('GET', `/${job.id}`)).body).toEqual(body);
  });

  it('that fails or is cancelled matches the document too', async () => {
    const { body: failed } = await create({ schema, destination });
    adobe.emulator.jobs.decide(String(failed.id), 'FAILED');
    const { body: cancelled } = await create({
      schema,
      destination: { ...destination, segmentPerBatch: true },
    });
    expect((await adobe.ask('DELETE', `/${cancelled.id}`)).body.status).toBe(true);
    expect((await adobe.ask('GET', `/${cancelled.id}`)).body.status).toBe('CANCELLING');
    adobe.emulator.clock.advance(240_000);
    expect((await list()).body.records.map(({ status }: { status: string }) => status)).toEqual([
      'CANCELLED',
      'FAILED',
    ]);
    expect((await adobe.ask('DELETE', `/${failed.id}`)).status).toBe(400);
    expect((await adobe.ask('DELETE', '/404')).status).toBe(404);
    expect((await adobe.ask('GET', '/404')).status).toBe(404);
  });
});

describe('the emulated gateway', () => {
  it.each([
    ['x-sandbox-name', '', 400, '400003'],
    ['x-sandbox-name', 'PROD', 403, undefined],
    ['x-sandbox-name', 'prod,dev', 403, undefined],
    ['x-api-key', '', 403, '403000'],
    ['authorization', 'Basic eDp5', 403, '403010'],
    ['authorization', 'Bearer', 403, '403010'],
    ['authorization', 'Bearer a b', 401, '401013'],
  ])('checks %s: «%s» is answered with %d and %s', async (name, value, status, code) => {
    const answer = await adobe.ask('GET', '', { headers: { [name]: value } });
    expect([answer.status, answer.body.error_code]).toEqual([status, code]);
  });

  it('answers HEAD as GET, without the body', async () => {
    put([1, 1]);
    for (const path of ['', '/1']) {
      const { status, text } = await adobe.ask('HEAD', path);
      expect([status, text ?? '']).toEqual([200, '']);
    }
    expect((await adobe.ask('HEAD', '/404')).status).toBe(404);
  });
});

describe('inputs from RFCs and issue trackers, to the emulated Platform', () => {
  // RFC 8259 section 8.1: a byte order mark must not be added; a parser may refuse it.
  it('refuses JSON behind a byte order mark with a sentence', async () =>
    expect((await adobe.ask('POST', '', { body: '\uFEFF{}' })).status).toBe(400));

  // https://github.com/hapijs/bourne: JSON.parse makes own properties of both, and a copy may then follow them.
  it('takes over nothing from __proto__ and constructor', async () => {
    const body =
      '{"__proto__":{"destination":{"datasetId":"d"},"schema":{"name":"s"}},"constructor":{"x":1}}';
    expect((await adobe.ask('POST', '', { body })).status).toBe(400);
  });

  // RFC 3986 section 2.1: a percent sign without two hexadecimal digits is no encoding.
  it('answers a path that cannot be decoded in the shape of the profile service', async () => {
    const answer = await request(adobe.emulator.url).get(`${jobsPath}/%zz`);
    expect([answer.status, answer.type]).toEqual([400, 'application/json']);
    expect(answer.body).toMatchObject({ status: 400, type: expect.stringContaining('ns.adobe.com') });
  });

  // RFC 9110 section 15.5.14.
  it('refuses a body that is too large, with a sentence', async () => {
    const { status, body } = await adobe.ask('POST', '', { body: `"${'x'.repeat(1_100_000)}"` });
    expect([status, body.status]).toEqual([413, 413]);
  });

  // RFC 3986 section 2.2: a slash that is encoded is data, and no part of a path.
  it('takes an offset with an id that was never there', async () => {
    put([1, 10], [2, 20]);
    expect(idsOf(await list('offset=15_gone%2F..'))).toEqual([1]);
  });
});
