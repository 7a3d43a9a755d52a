import { z } from 'zod';
import { exportRequestSchema } from '../../platform/export-request.ts';

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

const memoSchema = z.object({
  request: exportRequestSchema,
  requestId: z.string(),
  permission: z.string(),
  by: z.object({
    callerId: z.string(),
    policyName: z.string().optional(),
    callerName: z.string().optional(),
    user: z.string().optional(),
  }),
});

/** What whoever takes a create over needs to know of it: what was sent, and for whom. */
export type CreateMemo = z.output<typeof memoSchema>;

export const writeMemo = (memo: z.input<typeof memoSchema>): string => JSON.stringify(memo);
export const readMemo = (text: string): CreateMemo => memoSchema.parse(JSON.parse(text));
