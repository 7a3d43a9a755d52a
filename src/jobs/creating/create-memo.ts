import { z } from 'zod';
import { exportRequestSchema } from '../../platform/export-request.ts';

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
