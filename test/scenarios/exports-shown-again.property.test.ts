import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { definitionOfJob, definitionOfRequest } from '../../src/jobs/definition/definition-of.ts';
import { parseNewJob } from '../../src/jobs/parse-new-job.ts';
import { inAdobesWords, inOurWords, meaning } from '../support/any-definition.ts';
import { startSearchUnderTest } from '../support/search-under-test.ts';

describe('any export, in any words', () => {
  it('is the same in the answer to its create, alone and in the list', async () => {
    await using scene = await startSearchUnderTest();
    const { platform, context } = scene;
    await fc.assert(
      fc.asyncProperty(meaning, fc.gen(), async (of, draw) => {
        const body = (draw(fc.boolean) ? inOurWords : inAdobesWords)(of, draw);
        const { request } = parseNewJob(JSON.parse(JSON.stringify(body)));
        const { job } = await platform.create(request, context);
        const { jobs } = await platform.list({ limit: 1 }, context);
        const read = await platform.get(job.id, context);
        const definitions = [job, read.job, ...jobs].map(definitionOfJob);
        expect(definitions).toEqual(Array(3).fill(definitionOfRequest(request)));
      }),
      { numRuns: 60, endOnFailure: true },
    );
  });
});
