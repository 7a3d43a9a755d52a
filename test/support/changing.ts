import type { ChangeContext } from '../../src/jobs/context.ts';
import type { CreateCommand } from '../../src/jobs/creating/new-export.ts';
import { parseNewJob } from '../../src/jobs/parse-new-job.ts';

/** Who asks the jobs room for a change, where no HTTP is in front of it. */
export const by = { callerId: 'someone', policyName: 'someone', callerName: 'someone', user: undefined };

/** A create of the jobs room, as the routes make it of a body. */
export function commandFor(body: object, given: Partial<CreateCommand> = {}): CreateCommand {
  return {
    newExport: parseNewJob(body),
    idempotencyKey: undefined,
    duplicates: undefined,
    checkConditions: async (context: ChangeContext) => context,
    ...given,
  };
}
