import type { ChangeContext } from '../../src/jobs/context.ts';
import type { CreateWish } from '../../src/jobs/creating/new-export.ts';
import { parseNewJob } from '../../src/jobs/parse-new-job.ts';

/** Who asks the jobs room for a change, where no HTTP is in front of it. */
export const by = { callerId: 'someone', policyName: 'someone', callerName: 'someone', user: undefined };

/** A create of the jobs room, as the routes make it of a body. */
export function wishFor(body: object, given: Partial<CreateWish> = {}): CreateWish {
  return {
    newExport: parseNewJob(body),
    idempotencyKey: undefined,
    duplicates: undefined,
    allow: async (context: ChangeContext) => context,
    ...given,
  };
}
