import { z } from 'zod';

/** What is kept of a create whose outcome cannot change any more. */
export interface CreateOutcome {
  readonly kind: 'created' | 'reused';
  readonly jobId: string;
  /** The body of the answer; nothing where Platform has not shown the job that it started. */
  readonly json?: string | undefined;
}

const outcomeSchema = z.object({
  kind: z.enum(['created', 'reused']),
  jobId: z.string(),
  json: z.string().optional(),
});

export const writeOutcome = (outcome: CreateOutcome): string => JSON.stringify(outcome);
export const readOutcome = (text: string): CreateOutcome => outcomeSchema.parse(JSON.parse(text));
