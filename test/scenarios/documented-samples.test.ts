import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { exampleExportRequest, exampleJob } from '../../src/http/openapi/examples.ts';
import { readFixture } from '../support/fixture.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

/** The contract's own example, field by field. */
const expectedJob = {
  id: '100',
  type: 'BATCH',
  status: 'SUCCEEDED',
  done: true,
  datasetId: '5b7c86968f7b6501e21ba9df',
  schema: '_xdm.context.profile',
  fields: ['identities.id', 'personalEmail.address'],
  segments: [{ id: '52c26d0d-45f2-47a2-ab30-ed06abc981ff', namespace: 'ups', status: ['realized'] }],
  qualified: { from: '2018-01-01T00:00:00Z', to: '2018-02-01T00:00:00Z' },
  ingestedAfter: '2018-01-01T00:00:00Z',
  includeEmptyProfiles: true,
  events: { fields: ['string'], ingestedAfter: '2018-01-01T00:00:00Z' },
  mergePolicy: { id: 'timestampOrdered-none-mp', version: 1 },
  batchPerSegment: false,
  batchId: 'da5cfb4de32c4b93a09f7e37fa53ad52',
  batches: [
    {
      id: 'da5cfb4de32c4b93a09f7e37fa53ad52',
      segmentId: '52c26d0d-45f2-47a2-ab30-ed06abc981ff',
      namespace: 'ups',
      status: ['realized'],
    },
  ],
  errors: [{ code: '0100000003', message: 'Error in Export Job' }],
  metrics: {
    total: { startedAt: '1973-11-29T21:33:09.000Z', endedAt: '1973-11-29T21:33:19.000Z', durationMs: 10000 },
    profileExport: {
      startedAt: '1973-11-29T21:33:09.000Z',
      endedAt: '1973-11-29T21:33:19.000Z',
      durationMs: 10000,
    },
    datasetWrite: {
      startedAt: '1973-11-29T21:33:09.000Z',
      endedAt: '1973-11-29T21:33:19.000Z',
      durationMs: 10000,
    },
  },
  createdAt: '2018-10-04T01:19:33.895Z',
  updatedAt: '2018-10-04T01:23:53.239Z',
  requestId: 'd995479c-8a08-4240-903b-af469c67be1f',
};

const jobsUpstream = '/data/core/ups/export/jobs';

describe("Adobe's documented samples, through the composed service", () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest();
  });
  afterAll(() => service.stop());

  it('gives the sample job as the contract says', async () => {
    service.emulator.jobs.put('prod', readFixture('job'));
    const { status, body, headers } = await service.send('GET', '/jobs/100');
    expect({ status, body }).toEqual({ status: 200, body: expectedJob });
    expect(Object.keys(body)).toEqual(Object.keys(expectedJob));
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it('gives the sample list, whose next link is the word «string», as one last page', async () => {
    service.emulator.misbehaviours.add({
      route: 'list',
      times: 1,
      how: { kind: 'answer', status: 200, body: readFixture('list') },
    });
    const { status, body, headers } = await service.send('GET', '/jobs');
    expect({ status, body }).toEqual({ status: 200, body: { jobs: [expectedJob], next: null } });
    expect(headers.link).toBeUndefined();
  });

  it("takes the sample create request in Adobe's form and sends it on as it is", async () => {
    service.emulator.requests.clear();
    service.emulator.misbehaviours.add({
      route: 'create',
      times: 1,
      how: { kind: 'answer', status: 200, body: readFixture('create-answer') },
    });
    const { status, body, headers } = await service.send('POST', '/jobs', {
      body: readFixture('create-request'),
    });
    expect({ status, body }).toEqual({ status: 201, body: expectedJob });
    expect(headers.location).toBe('/jobs/100');
    const [sent] = service.emulator.requests.all('create');
    expect(sent).toMatchObject({ method: 'POST', url: jobsUpstream, body: readFixture('create-request') });
    expect(sent?.headers['content-type']).toBe('application/json');
  });

  it('sends the same job, said in our words, in the same form', async () => {
    service.emulator.requests.clear();
    const { status } = await service.send('POST', '/jobs', {
      body: {
        datasetId: '5b7c86968f7b6501e21ba9df',
        fields: ['identities.id', 'personalEmail.address'],
        segments: [{ id: '52c26d0d-45f2-47a2-ab30-ed06abc981ff', namespace: 'ups', status: ['realized'] }],
        qualified: { from: '2018-01-01T00:00:00Z', to: '2018-02-01T00:00:00Z' },
        ingestedAfter: '2018-01-01T00:00:00Z',
        includeEmptyProfiles: true,
        events: { fields: ['string'], ingestedAfter: '2018-01-01T00:00:00Z' },
        mergePolicy: { id: 'timestampOrdered-none-mp', version: 1 },
      },
    });
    expect(status).toBe(201);
    expect(service.emulator.requests.all('create')[0]?.body).toEqual(readFixture('create-request'));
  });

  it.each([
    ['200 with its body', { kind: 'answer', status: 200, body: readFixture('cancel-answer') } as const],
    ['204 with its body', { kind: 'answer', status: 204, body: readFixture('cancel-answer') } as const],
    ['204 with none', { kind: 'empty', status: 204 } as const],
    ['200 with none', { kind: 'empty', status: 200 } as const],
  ])('answers a cancel with 202 where Platform answers %s', async (_name, how) => {
    service.emulator.misbehaviours.add({ route: 'cancel', times: 1, how });
    service.emulator.jobs.put('prod', { id: 7, status: 'PROCESSING' });
    const { status, body } = await service.send('DELETE', '/jobs/7');
    expect(status).toBe(202);
    expect(body).toEqual({
      id: '7',
      cancelling: true,
      message: expect.stringMatching(/^(Export|The) job has been marked for cancelling\.?$/),
    });
  });

  it('shows the samples in the OpenAPI document', () => {
    expect(exampleJob).toEqual(expectedJob);
    expect(exampleExportRequest).toEqual(readFixture('create-request'));
  });
});
