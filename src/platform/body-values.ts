import { z } from 'zod';
import { toWireTime } from './wire-time.ts';

/*
 * What the values of a create body may be, in Adobe's form and in ours. The bounds are far above what an export
 * needs: they bound what a wrong body can cost.
 */

const longestText = 1024;
export const mostSegments = 4000;
export const mostFields = 5000;
export const mostStatuses = 10;
export const longestFieldList = 100_000;

export const damaged = 'must not contain U+FFFD or half of a character: something on the way has damaged it';

/** Words such as an id or a name. */
export const text = z
  .string({ error: 'must be a string' })
  .regex(/\S/, { error: 'must not be empty', abort: true })
  .max(longestText, { error: `must have at most ${longestText} characters` })
  .refine(isIntact, { error: damaged });

export const flag = z.boolean({ error: 'must be true or false' });

export const version = z.int({ error: 'must be a whole number' });

export const time = z
  .string({ error: 'must be a string' })
  .max(longestText, { error: `must have at most ${longestText} characters` })
  .refine((value) => toWireTime(value) !== undefined, {
    error: 'must be a time of RFC 3339 with its offset, such as 2018-01-01T00:00:00Z',
    // What is no time has no order either.
    abort: true,
  })
  .overwrite((value) => toWireTime(value) ?? value)
  .meta({ format: 'date-time', example: '2018-01-01T00:00:00Z' });

/** An array that is refused by its length before its entries are looked at, each of which may have faults. */
export function atMost<Entry extends z.ZodType>(most: number, array: z.ZodArray<Entry>) {
  return z.preprocess((value, context) => {
    if (!Array.isArray(value) || value.length <= most) return value;
    context.addIssue({ code: 'custom', message: `must have at most ${most} entries` });
    return z.NEVER;
  }, array.max(most));
}

/** Whether no decoder has put U+FFFD where it could not read, and no surrogate stands alone (RFC 7493, 2.1). */
export function isIntact(value: string): boolean {
  return value.isWellFormed() && !value.includes('\ufffd');
}
