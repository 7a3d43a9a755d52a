import type { Request } from 'express';
import { z } from 'zod';
import { type DuplicateMode, duplicateModes } from '../policies/rules.ts';
import { readIdempotencyKey } from './fields/idempotency-key.ts';
import { queryOf } from './fields/request-target.ts';
import { readQuery, refusal } from './parameters.ts';

/** Whether creates without an `Idempotency-Key` are accepted. */
export type KeyRule = 'optional' | 'required';

export const createQuerySchema = z.strictObject({
  duplicate: z
    .enum(duplicateModes, { error: `must be one of ${duplicateModes.join(', ')}` })
    .optional()
    .meta({
      description:
        'What to do where an equal export is running: start another one all the same, answer with that job, or refuse. As the operator has set it unless given.',
    }),
  dryRun: z.enum(['true', 'false'], { error: 'must be true or false' }).optional().meta({
    description: 'With `true` everything is done but the create; the answer says what it would be.',
  }),
});

/** How a create is to be carried out, besides what is to be exported. */
export interface CreateParameters {
  readonly idempotencyKey: string | undefined;
  readonly duplicates: DuplicateMode | undefined;
  readonly isRehearsal: boolean;
}

/**
 * A rehearsal needs no key, as it promises nothing; one that is there has to be valid all the same.
 *
 * @throws InvalidParameters with all that is wrong
 */
export function readCreateParameters(request: Request, keyRule: KeyRule): CreateParameters {
  const { data, faults } = readQuery(createQuerySchema, queryOf(request));
  const isRehearsal = data?.dryRun === 'true';
  const { key, fault } = readIdempotencyKey(request);
  const isMissing = key === undefined && fault === undefined && keyRule === 'required' && !isRehearsal;
  const keyFault = isMissing ? 'is required: a new string for each export, such as a UUID' : fault;
  const all =
    keyFault === undefined ? faults : [...faults, { parameter: 'idempotency-key', detail: keyFault }];
  if (data === undefined || all.length > 0) {
    throw refusal('The request cannot be understood; nothing was started.', all);
  }
  return { idempotencyKey: key, duplicates: data.duplicate, isRehearsal };
}
