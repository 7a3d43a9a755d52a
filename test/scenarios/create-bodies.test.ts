import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const adobes = { destination: { datasetId: 'd' }, schema: { name: '_xdm.context.profile' } };
const ours = { datasetId: 'd', segments: ['s'] };

describe('the body of a create', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest();
  });
  afterAll(() => service.stop());
  beforeEach(() => service.emulator.requests.clear());

  const send = (body: object | string) => service.send('POST', '/jobs', { body });
  const sent = () => Object(service.emulator.requests.all('create')[0]?.body);

  it.each<[string, object]>([
    ['blank fields, which are all fields', { fields: '' }],
    ['an empty evaluationInfo', { evaluationInfo: {} }],
    ['an empty additionalFields', { additionalFields: {} }],
    ['an empty eventList', { additionalFields: { eventList: {} } }],
    ['blank fields of events', { additionalFields: { eventList: { fields: '', filter: {} } } }],
    ['an empty filter, which is everybody', { filter: {} }],
    ['an empty merge policy', { mergePolicy: {} }],
    ['an empty qualification', { filter: { segmentQualificationTime: {} } }],
    ['no status of a segment', { filter: { segments: [{ segmentId: 's', status: [] }] } }],
  ])("is sent on as it is in Adobe's form with %s", async (_name, part) => {
    expect((await send({ ...adobes, ...part })).status).toBe(201);
    expect(sent()).toEqual({ ...adobes, ...part });
  });

  it('says «all fields» with blanks too', async () => {
    expect((await send({ ...adobes, fields: '  ' })).status).toBe(201);
    expect(sent()).toEqual({ ...adobes, fields: '' });
  });

  it('may spell dataSetId as answers of Adobe do, once', async () => {
    expect((await send({ ...adobes, destination: { dataSetId: 'd', segmentPerBatch: true } })).status).toBe(
      201,
    );
    expect(sent().destination).toEqual({ datasetId: 'd', segmentPerBatch: true });
    const both = await send({ ...adobes, destination: { datasetId: 'd', dataSetId: 'e' } });
    expect(both.body).toMatchObject({ status: 422, errors: [{ pointer: '/destination/dataSetId' }] });
    const wrong = await send({ ...adobes, destination: { dataSetId: 5 } });
    expect(wrong.body).toMatchObject({ status: 422, errors: [{ pointer: '/destination/datasetId' }] });
  });

  it.each([
    ['2018-01-01t00:00:00z', '2018-01-01T00:00:00Z'],
    ['2018-01-01 00:00:00.5+05:30', '2018-01-01T00:00:00.5+05:30'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00Z'],
    ['2018-01-01T00:00:00.1234567890123Z', '2018-01-01T00:00:00.123456789Z'],
  ])('has the time %s in either form, sent on as %s', async (given, wanted) => {
    const inAdobes = {
      filter: {
        segments: [{ segmentId: 's' }],
        segmentQualificationTime: { startTime: given, endTime: given },
        fromIngestTimestamp: given,
      },
      additionalFields: { eventList: { filter: { fromIngestTimestamp: given, toIngestTimestamp: given } } },
    };
    const inOurs = {
      qualified: { from: given, to: given },
      ingestedAfter: given,
      events: { ingestedAfter: given, ingestedBefore: given },
    };
    const expected = JSON.parse(JSON.stringify({ ...adobes, ...inAdobes }).replaceAll(given, wanted));
    expect((await send({ ...adobes, ...inAdobes })).status).toBe(201);
    expect(sent()).toEqual(expected);
    service.emulator.requests.clear();
    expect((await send({ ...ours, ...inOurs })).status).toBe(201);
    expect(sent()).toEqual(expected);
  });

  // Words that tables of Adobe's documents have by mistake, or that its prose alone names.
  it.each<[object, string]>([
    [{ filter: { segments: [{ segmentId: 's', sgementNs: 'ups' }] } }, '/filter/segments/0/sgementNs'],
    [{ filter: { fromTimestamp: '2018-01-01T00:00:00Z' } }, '/filter/fromTimestamp'],
    [{ mergePolicy: { filter: 'x' } }, '/mergePolicy/filter'],
    [{ snapshotName: 'x' }, '/snapshotName'],
  ])('is refused with %j, by its pointer', async (part, pointer) => {
    const { body } = await send({ ...adobes, ...part });
    expect(body).toMatchObject({
      status: 422,
      code: 'invalid-job',
      errors: [{ pointer, detail: 'is not a property known here' }],
    });
    expect(service.emulator.requests.all()).toEqual([]);
  });

  it.each<[string, object, string]>([
    [
      "the dataset in Adobe's form",
      { ...adobes, destination: { datasetId: 'a\ufffdb' } },
      '/destination/datasetId',
    ],
    ["the fields in Adobe's form", { ...adobes, fields: 'a,b\ufffd' }, '/fields'],
    ['the dataset', { ...ours, datasetId: 'a\ufffdb' }, '/datasetId'],
    ['a segment', { ...ours, segments: ['\ufffd'] }, '/segments/0'],
    // RFC 7493, 2.1: strings must not hold surrogates that are not paired.
    ['half of a character', { ...ours, segments: ['a\ud83d'] }, '/segments/0'],
  ])('is refused where %s was damaged on the way', async (_name, job, pointer) => {
    const { body } = await send(job);
    expect(body).toMatchObject({ status: 422, code: 'invalid-job', errors: [{ pointer }] });
    expect(body.errors[0].detail).toContain('U+FFFD');
    expect(service.emulator.requests.all()).toEqual([]);
  });

  it.each(['\u00a0a', 'a,\u2028b', 'a\t', 'a\n,b', '\ufeffa'])(
    'is refused where a list of fields has other blanks than spaces: %j',
    async (fields) => {
      const { body } = await send({ ...adobes, fields });
      const detail = 'must have no blanks but spaces';
      expect(body).toMatchObject({ status: 422, errors: [{ pointer: '/fields', detail }] });
      expect(service.emulator.requests.all()).toEqual([]);
    },
  );

  it.each(['a,', ',a', 'a,,b', ',,a', 'a, ,b', ',', ' , '])(
    'is refused where a list of fields has no path between its commas: %j',
    async (fields) => {
      const eventList = { fields };
      const { body } = await send({ ...adobes, fields, additionalFields: { eventList } });
      const detail = 'must have a dotted path between its commas';
      expect(body).toMatchObject({
        status: 422,
        code: 'invalid-job',
        errors: [
          { pointer: '/fields', detail },
          { pointer: '/additionalFields/eventList/fields', detail },
        ],
      });
      expect(service.emulator.requests.all()).toEqual([]);
    },
  );

  it('is not told that its times are out of order where they are no times', async () => {
    const { body } = await send({ ...ours, qualified: { from: 'x', to: '2018-01-01T00:00:00' } });
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual([
      '/qualified/from',
      '/qualified/to',
    ]);
  });

  it('has a version that fits into a number, because another one would be sent otherwise', async () => {
    const job = '{"datasetId":"d","segments":["s"],"mergePolicy":{"id":"m","version":9007199254740993}}';
    expect((await send(job)).body).toMatchObject({
      status: 422,
      errors: [{ pointer: '/mergePolicy/version' }],
    });
  });
});
