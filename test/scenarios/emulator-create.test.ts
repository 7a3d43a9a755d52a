import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type EmulatorUnderTest, startEmulatorUnderTest } from '../support/emulator-under-test.ts';
import { readFixture } from '../support/fixture.ts';

let adobe: EmulatorUnderTest;
beforeEach(async () => {
  adobe = await startEmulatorUnderTest();
});
afterEach(() => adobe.emulator.close());

const list = (query = '') => adobe.ask('GET', query && `?${query}`);

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
