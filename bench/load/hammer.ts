import autocannon from 'autocannon';
import type { HammerJob, LoadResult } from './job.ts';

/** Requests over so many connections, each the next one as soon as it has its answer. */
export async function hammer(job: HammerJob): Promise<LoadResult> {
  const { url, prefix, firstId, ids, apart, headers, connections, seconds } = job;
  let connected = 0;
  let begunMs = 0;
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    // It ends with the next sample: the default of a second would round the duration up.
    sampleInt: 50,
    timeout: 10,
    headers,
    setupClient(client) {
      const first = firstId + (apart ? connected * ids : 0);
      client.setRequests(Array.from({ length: ids }, (_, index) => ({ path: `${prefix}${first + index}` })));
      connected += 1;
      // autocannon counts from before all this.
      begunMs = performance.now();
    },
  });
  return {
    answers: result['2xx'],
    seconds: (performance.now() - begunMs) / 1000,
    bytes: result.throughput.total,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    faults: [
      ...(result.non2xx > 0 ? [`${result.non2xx} answers were not 2xx`] : []),
      ...(result.errors > 0 ? [`${result.errors} requests had no answer`] : []),
      ...(result['2xx'] === 0 ? ['not one answer'] : []),
    ],
  };
}
