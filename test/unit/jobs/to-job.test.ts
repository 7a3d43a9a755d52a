import { describe, expect, it } from '@jest/globals';
import { toJob } from '../../../src/jobs/to-job.ts';
import { readExportJob, readExportJobPage } from '../../../src/platform/export-job.ts';
import { readFixture } from '../../support/fixture.ts';

const read = (fields: object) => toJob(readExportJob({ id: 100, status: 'NEW', ...fields }));
const least = { id: '100', status: 'NEW', done: false, segments: [], batches: [], errors: [] };

describe('a job of Platform, read liberally', () => {
  it('needs an id and a status and nothing else', () => {
    expect(read({})).toEqual(least);
    expect(() => readExportJob({ status: 'NEW' })).toThrow("Unreadable at '/id'");
    expect(() => readExportJob({ id: 1 })).toThrow("Unreadable at '/status'");
  });

  it.each([
    ['an id as text', { id: 'abc' }, { id: 'abc' }],
    ['dataSetId', { destination: { dataSetId: 'd' } }, { datasetId: 'd' }],
    ['datasetId', { destination: { datasetId: 'd' } }, { datasetId: 'd' }],
    ['batches as one object', { destination: { batches: { batchId: 'b' } } }, { batches: [{ id: 'b' }] }],
    ['batches as an array', { destination: { batches: [{ batchId: 'b' }, {}] } }, { batches: [{ id: 'b' }] }],
    ['a status as text', { destination: { batches: { status: 'x' } } }, { batches: [{ status: ['x'] }] }],
    ['an empty batchId', { destination: { batchId: '' } }, {}],
    ['no fields', { fields: '' }, {}],
    ['fields with spaces', { fields: 'a.b, c.d' }, { fields: ['a.b', 'c.d'] }],
    ['a code as number', { errors: [{ code: 5, msg: 'm' }] }, { errors: [{ code: '5', message: 'm' }] }],
    ['an empty compute gateway id', { computeGatewayJobId: {} }, {}],
    [
      'null wherever it can be',
      { fields: null, filter: null, destination: null, metrics: null, errors: null },
      {},
    ],
    ['fields nobody has heard of', { novelty: { x: 1 } }, {}],
    [
      'shapes nobody has documented',
      { metrics: 'none', fields: 7, errors: 5, mergePolicy: [], creationTime: 'now' },
      {},
    ],
    [
      'a shape that nobody has documented beside one that is known',
      { errors: ['x', { code: 'c' }, null], destination: { batches: [[], { batchId: 'b' }] } },
      { errors: [{ message: 'x' }, { code: 'c' }], batches: [{ id: 'b' }] },
    ],
    [
      'a number that JSON cannot write',
      { metrics: { totalExportedProfileCounter: JSON.parse('1e999') } },
      {},
    ],
    [
      'counters of which one is none',
      { metrics: { exportedProfileByNamespaceCounter: { email: 3, phone: 'x' } } },
      {},
    ],
    ['a list that is none', { filter: { segments: [{ status: ['a', 1] }] } }, { segments: [{}] }],
    ['a time past all dates', { creationTime: 1e300 }, {}],
    [
      'metrics of a fresh job',
      { metrics: { totalTime: { startTimeInMs: 0 } } },
      { metrics: { total: { startedAt: '1970-01-01T00:00:00.000Z' } } },
    ],
    [
      'counters',
      { metrics: { totalExportedProfileCounter: 3, exportedProfileByNamespaceCounter: { email: 3 } } },
      { metrics: { profiles: 3, profilesByNamespace: { email: 3 } } },
    ],
    [
      'events up to a time',
      { additionalFields: { eventList: { filter: { toIngestTimestamp: 't' } } } },
      { events: { ingestedBefore: 't' } },
    ],
    ['an evaluation', { evaluationInfo: { segmentation: true } }, { evaluateSegments: true }],
  ])('may have %s', (_name, fields, expected) => {
    expect(read(fields)).toEqual({ ...least, ...expected });
  });

  it.each([
    ['NEW', false],
    ['PROCESSING', false],
    ['QUEUED', false],
    ['CANCELLING', false],
    ['SOMETHING_NEW', false],
    ['SUCCEEDED', true],
    ['FAILED', true],
    ['CANCELLED', true],
  ])('in status %s has done %s', (status, done) => {
    expect(read({ status })).toEqual({ ...least, status, done });
  });

  it.each([[{ id: 2 ** 53 }], [{ id: 1.5 }], [{ id: '' }], [{ id: null }]])(
    'never has the id of %j',
    ({ id }) => {
      expect(() => readExportJob({ id, status: 'NEW' })).toThrow("Unreadable at '/id'");
    },
  );

  it('is judged by its status: errors on a job that succeeded do not make it a failure', () => {
    expect(toJob(readExportJob(readFixture('job')))).toMatchObject({
      status: 'SUCCEEDED',
      done: true,
    });
  });
});

describe('a page of Platform', () => {
  it.each([
    [{}, '/records'],
    [{ records: {} }, '/records'],
    [null, '/records'],
  ])('of the shape %j is unreadable at %s', (page, pointer) => {
    expect(() => readExportJobPage(page)).toThrow(`Unreadable at '${pointer}'`);
  });

  it('leaves out what cannot be read, and says where it is', () => {
    const records = [
      { id: 1, status: 'NEW' },
      'x',
      null,
      { id: 2 },
      { status: 'NEW' },
      { id: 3, status: 'NEW' },
    ];
    const page = readExportJobPage({ records, link: { next: '/export/jobs/?offset=3_3' } });
    expect(page).toMatchObject({ jobs: [{ id: '1' }, { id: '3' }], nextOffset: '3_3' });
    expect(page.unreadable).toEqual(['/records/1', '/records/2', '/records/3/status', '/records/4/id']);
  });

  const nextOf = (link: unknown) => readExportJobPage({ records: [], link }).nextOffset;

  it.each([
    [{ next: '/export/jobs/?limit=2&offset=1538573416687_722' }, '1538573416687_722'],
    [{ next: '/export/jobs?offset=a%2Bb&limit=2' }, 'a+b'],
    [{ next: 'string' }, undefined],
    [{ next: '' }, undefined],
    [{ next: null }, undefined],
    [{ next: '/export/jobs/?limit=2' }, undefined],
    [{ next: '/export/jobs/?offset=' }, undefined],
    [{}, undefined],
    [null, undefined],
    [undefined, undefined],
  ])('with the link %j goes on at %s', (link, offset) => {
    expect(nextOf(link)).toBe(offset);
  });
});
