import type { EmulatedJob } from './emulated-job.ts';

const profilesByNamespace = { ECID: 600, Email: 400 };
const profiles = Object.values(profilesByNamespace).reduce((sum, count) => sum + count, 0);

/** The same job when it has ended, with what Platform then knows of it. The same answer each time that it is asked for. */
export function endedJob(
  job: EmulatedJob,
  status: string,
  startedAtMs: number,
  endedAtMs: number,
): EmulatedJob {
  const timing = {
    startTimeInMs: startedAtMs,
    endTimeInMs: endedAtMs,
    totalTimeInMs: endedAtMs - startedAtMs,
  };
  const succeeded = status === 'SUCCEEDED';
  return {
    ...job,
    status,
    destination: { ...Object(job.destination), ...batchesOf(job, succeeded) },
    ...(status === 'FAILED' && {
      errors: [{ code: 'unknown', msg: 'Error in Export Job', callStack: 'com.adobe.emulated.Export$1.run' }],
    }),
    metrics: {
      totalTime: timing,
      ...(succeeded && {
        profileExportTime: timing,
        aCPDatasetWriteTime: timing,
        totalExportedProfileCounter: profiles,
        exportedProfileByNamespaceCounter: profilesByNamespace,
      }),
    },
    computeGatewayJobId: { exportJob: `emulated-export-${job.id}`, pushJob: `emulated-push-${job.id}` },
    updateTime: endedAtMs,
  };
}

interface Segment {
  readonly segmentId?: string;
  readonly segmentNs?: string;
  readonly status?: readonly string[];
}

/** One batch for all, or one for each segment and then none at the top. A batch of a job that failed has no id. */
function batchesOf(job: EmulatedJob, succeeded: boolean): object {
  if (Object(job.destination).segmentPerBatch !== true) {
    return { batchId: succeeded ? `emulated-batch-${job.id}` : '' };
  }
  const segments: readonly Segment[] = Object(job.filter).segments ?? [];
  const batches = segments.map(({ segmentId, segmentNs = 'ups', status = ['realized', 'existing'] }, at) => ({
    segmentId,
    segmentNs,
    status,
    batchId: `emulated-batch-${job.id}-${at + 1}`,
  }));
  return succeeded ? { batches } : {};
}
