import { describe, expect, it } from '@jest/globals';
import { createRequest, datasetOf } from '../../../bench/create-request.ts';
import { startedJobBytes } from '../../../bench/upstream/platform-jobs.ts';
import { newJobSchema } from '../../../src/jobs/new-job.ts';
import { toExportRequest } from '../../../src/jobs/to-export-request.ts';
import { readExportJob } from '../../../src/platform/export-job.ts';

describe('a create of the bench', () => {
  it('is an export that no other create asks for, with a key of its own where it has one', () => {
    const requests = [100_000_000, 100_000_001].map((number) => createRequest(number, true));
    const exports = requests.map(({ body }) => newJobSchema.parse(JSON.parse(body)));
    expect(new Set(exports.map(({ datasetId }) => datasetId)).size).toBe(2);
    expect(new Set(exports.map(({ segments }) => JSON.stringify(segments))).size).toBe(2);
    expect(new Set(requests.map(({ headers }) => headers['idempotency-key'])).size).toBe(2);
    expect(createRequest(1, false).headers).not.toHaveProperty('idempotency-key');
  });

  it('is answered upstream with a job that is new, and what it asked for', () => {
    const asked = toExportRequest(newJobSchema.parse(JSON.parse(createRequest(7, false).body)));
    const bytes = startedJobBytes(950_000_000, Buffer.from(JSON.stringify(asked)));
    const job = readExportJob(JSON.parse(bytes.toString()));
    expect(job).toMatchObject({
      id: '950000000',
      status: 'NEW',
      fields: { destination: { datasetId: datasetOf(7) }, fields: asked.fields },
    });
  });
});
