import { isRunning } from '../job-ids.ts';

/** A job as Platform gives it, with everything that its documented sample has: 1.7 kB as JSON. */
function platformJob(status: 'SUCCEEDED' | 'PROCESSING') {
  const segment = {
    segmentId: '52c26d0d-45f2-47a2-ab30-ed06abc981ff',
    segmentNs: 'ups',
    status: ['realized'],
  };
  const timing = {
    startTimeInMs: 1_538_615_973_895,
    endTimeInMs: 1_538_616_233_239,
    totalTimeInMs: 259_344,
  };
  return {
    jobType: 'BATCH',
    destination: {
      datasetId: '5b7c86968f7b6501e21ba9df',
      segmentPerBatch: false,
      batchId: 'da5cfb4de32c4b93a09f7e37fa53ad52',
      batches: { ...segment, batchId: 'da5cfb4de32c4b93a09f7e37fa53ad52' },
    },
    fields: 'identities.id,personalEmail.address,person.name.firstName,person.name.lastName',
    schema: { name: '_xdm.context.profile' },
    imsOrgId: '1BD6382559DF0C130A49422D@AdobeOrg',
    status,
    filter: {
      segments: [segment],
      segmentQualificationTime: { startTime: '2018-01-01T00:00:00Z', endTime: '2018-02-01T00:00:00Z' },
      fromIngestTimestamp: '2018-01-01T00:00:00Z',
      emptyProfiles: true,
    },
    additionalFields: {
      eventList: { fields: 'string', filter: { fromIngestTimestamp: '2018-01-01T00:00:00Z' } },
    },
    mergePolicy: { id: 'timestampOrdered-none-mp', version: 1 },
    profileInstanceId: 'ups',
    errors: [
      {
        code: '0100000003',
        msg: 'Error in Export Job',
        callStack: 'com.adobe.aep.unifiedprofile.common.logging.Logger',
      },
    ],
    metrics: { totalTime: timing, profileExportTime: timing, aCPDatasetWriteTime: timing },
    computeGatewayJobId: {
      exportJob: 'f3058161-7349-4ca9-807d-212cee2c2e94',
      pushJob: 'feaeca05-d137-4605-aa4e-21d19d801fc6',
    },
    creationTime: 1_538_615_973_895,
    updateTime: 1_538_616_233_239,
    requestId: 'd995479c-8a08-4240-903b-af469c67be1f',
  };
}

const remainders = {
  running: Buffer.from(JSON.stringify(platformJob('PROCESSING')).slice(1)),
  done: Buffer.from(JSON.stringify(platformJob('SUCCEEDED')).slice(1)),
};

/** The job's JSON. All but the id is serialized beforehand, so that upstream is never what is measured. */
export function jobBytes(id: string): Buffer {
  const beginning = `{"id":${id},`;
  const rest = isRunning(id) ? remainders.running : remainders.done;
  const bytes = Buffer.allocUnsafe(beginning.length + rest.length);
  bytes.write(beginning, 'latin1');
  rest.copy(bytes, beginning.length);
  return bytes;
}

const startedRemainder = Buffer.from(
  JSON.stringify({
    jobType: 'BATCH',
    status: 'NEW',
    imsOrgId: '1BD6382559DF0C130A49422D@AdobeOrg',
    profileInstanceId: 'ups',
    creationTime: 1_538_615_973_895,
    updateTime: 1_538_615_973_895,
    requestId: 'd995479c-8a08-4240-903b-af469c67be1f',
  }).slice(1, -1),
);

/** A job that has just been started, with what the body of its create says, which is an object. */
export function startedJobBytes(id: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`{"id":${id},`), startedRemainder, Buffer.from(','), body.subarray(1)]);
}

/** A page of 50 jobs, 85 kB; the same one whatever is asked for. */
export const pageBytes = Buffer.from(
  JSON.stringify({
    records: Array.from({ length: 50 }, (_, index) => ({ id: 500 + index, ...platformJob('SUCCEEDED') })),
    page: { sortField: 'createdTime', sort: 'desc', pageOffset: '1540974701302_96', pageSize: 50 },
    link: { next: '/export/jobs/?limit=50&offset=1538573416687_722' },
  }),
);
