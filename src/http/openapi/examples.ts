import type { Job } from '../../jobs/job.ts';
import type { NewJob } from '../../jobs/new-job.ts';
import type { ExportRequest } from '../../platform/export-request.ts';
import type { RehearsalBody } from '../rehearsal-body.ts';

/*
 * Adobe's documented sample in the words of this service, and the request that would have made it.
 * The tests hold the job against what the composed service makes of that sample.
 */

const segmentId = '52c26d0d-45f2-47a2-ab30-ed06abc981ff';
const batchId = 'da5cfb4de32c4b93a09f7e37fa53ad52';
const tenSeconds = {
  startedAt: '1973-11-29T21:33:09.000Z',
  endedAt: '1973-11-29T21:33:19.000Z',
  durationMs: 10_000,
};

export const exampleJob: Job = {
  id: '100',
  type: 'BATCH',
  status: 'SUCCEEDED',
  done: true,
  datasetId: '5b7c86968f7b6501e21ba9df',
  schema: '_xdm.context.profile',
  fields: ['identities.id', 'personalEmail.address'],
  segments: [{ id: segmentId, namespace: 'ups', status: ['realized'] }],
  qualified: { from: '2018-01-01T00:00:00Z', to: '2018-02-01T00:00:00Z' },
  ingestedAfter: '2018-01-01T00:00:00Z',
  includeEmptyProfiles: true,
  events: { fields: ['string'], ingestedAfter: '2018-01-01T00:00:00Z' },
  mergePolicy: { id: 'timestampOrdered-none-mp', version: 1 },
  batchPerSegment: false,
  batchId,
  batches: [{ id: batchId, segmentId, namespace: 'ups', status: ['realized'] }],
  errors: [{ code: '0100000003', message: 'Error in Export Job' }],
  metrics: { total: tenSeconds, profileExport: tenSeconds, datasetWrite: tenSeconds },
  createdAt: '2018-10-04T01:19:33.895Z',
  updatedAt: '2018-10-04T01:23:53.239Z',
  requestId: 'd995479c-8a08-4240-903b-af469c67be1f',
};

export const exampleNewJob: NewJob = {
  datasetId: '5b7c86968f7b6501e21ba9df',
  fields: ['identities.id', 'personalEmail.address'],
  segments: [segmentId],
  qualified: { from: '2018-01-01T00:00:00Z', to: '2018-02-01T00:00:00Z' },
  mergePolicy: 'timestampOrdered-none-mp',
};

export const exampleNewJobForAll: NewJob = { datasetId: '5b7c86968f7b6501e21ba9df', allProfiles: true };

export const exampleExportRequest: ExportRequest = {
  fields: 'identities.id,personalEmail.address',
  mergePolicy: { id: 'timestampOrdered-none-mp', version: 1 },
  filter: {
    segments: [{ segmentId, segmentNs: 'ups', status: ['realized'] }],
    segmentQualificationTime: { startTime: '2018-01-01T00:00:00Z', endTime: '2018-02-01T00:00:00Z' },
    fromIngestTimestamp: '2018-01-01T00:00:00Z',
    emptyProfiles: true,
  },
  additionalFields: {
    eventList: { fields: 'string', filter: { fromIngestTimestamp: '2018-01-01T00:00:00Z' } },
  },
  destination: { datasetId: '5b7c86968f7b6501e21ba9df' },
  schema: { name: '_xdm.context.profile' },
};

const { metrics: _metrics, batchId: _batchId, ...running } = exampleJob;

export const exampleReusedJob: Job & { readonly reused: true } = {
  ...running,
  status: 'PROCESSING',
  done: false,
  batches: [],
  errors: [],
  reused: true,
};

export const exampleRehearsal: RehearsalBody = {
  dryRun: true,
  wouldBe: 'created',
  fingerprint: 'L41ECEBr5baWirRUjcLVNimoQI89az_tQJ6TCCfLf_M',
  request: {
    method: 'POST',
    url: 'https://platform.adobe.io/data/core/ups/export/jobs',
    headers: {
      accept: 'application/json',
      'accept-encoding': 'identity',
      'x-api-key': '[masked]',
      'x-gw-ims-org-id': '[masked]',
      authorization: 'Bearer [masked]',
      'x-sandbox-name': 'prod',
      'x-request-id': exampleJob.requestId ?? '',
      'content-type': 'application/json',
    },
    body: exampleExportRequest,
  },
};
