import { z } from 'zod';
import { jobSchema } from '../../jobs/job.ts';
import { jobIdSchema } from '../parameters.ts';
import { exampleJob } from './examples.ts';

/* What the calls for one job have in common. */

export const oneJob = { path: z.object({ id: jobIdSchema }) };

export const jobContent = {
  'application/json': { schema: jobSchema, examples: { sample: { value: exampleJob } } },
};
