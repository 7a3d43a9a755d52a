import { z } from 'zod';
import { duplicateModes } from '../policies/rules.ts';
import { durationMs, flag, group, optional, text, wholeNumber } from './values.ts';

/** How creates happen once, which of them may go, and where they are written down. */
export const createsShape = {
  creates: z.strictObject(
    {
      /** Where promises about creates are kept; `:memory:` for no longer than the process lives. */
      claimsFile: text,
      idempotencyKeys: z.enum(['optional', 'required'], { error: 'must be optional or required' }),
      duplicateJobs: z.enum(duplicateModes, { error: `must be one of ${duplicateModes.join(', ')}` }),
      /** Rules for exports, in JSON. */
      policiesFile: optional(text),
      /** For how long the outcome of a create is kept. A job that is forgotten while it runs is not counted as running. */
      keptForMs: wholeNumber(60 * 60 * 1000, 7 * 24 * 60 * 60 * 1000),
      /** For how long a create is a process's own without a sign of life. */
      leaseMs: durationMs,
      /** How long a request waits for an earlier one with the same key. */
      keyWaitMs: wholeNumber(0, 60_000),
      /** For how long after a create without an answer the list is watched for its job. */
      settlingMs: wholeNumber(0, 60_000),
      /** How long after it was sent a create may still be carried out by Platform: until then none is sent again. */
      lateMs: durationMs,
    },
    group,
  ),
  audit: z.strictObject(
    {
      /** Standard output unless given. */
      file: optional(text),
      /** Whether creates stop when the audit trail cannot be written. */
      required: flag,
    },
    group,
  ),
};
