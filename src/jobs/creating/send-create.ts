import { Fault } from '../../problems/fault.ts';
import type { WriteOrder } from '../cache/write-order.ts';
import type { ChangeContext } from '../context.ts';
import type { PlatformJobs } from '../platform-jobs.ts';
import type { CreateClaim } from './create-claim.ts';
import type { DefinedExport } from './define-export.ts';
import type { FindOut, FoundJob } from './find-out.ts';

export interface SendCreateParts {
  readonly platform: PlatformJobs;
  readonly findOut: FindOut;
  readonly writeOrder: WriteOrder;
  /** For how long after a create without an answer its job is looked for. */
  readonly settlingMs: number;
}

/**
 * Sends a create, once, and finds out what came of it where Platform does not say.
 *
 * @throws CreateNotConfirmed, CreateOutcomeUnknown, PlatformFault, TokenFault, ClaimsUnavailable
 */
export type SendCreate = (
  exported: DefinedExport,
  claim: CreateClaim,
  context: ChangeContext,
) => Promise<FoundJob & { readonly wasFound: boolean }>;

export function createSendCreate({ platform, findOut, writeOrder, settlingMs }: SendCreateParts): SendCreate {
  return async ({ request, definition }, claim, context) => {
    try {
      const { beforeCreate } = claim;
      return { ...(await platform.create(request, { ...context, beforeCreate })), wasFound: false };
    } catch (cause) {
      // What is no fault says nothing of what Platform has done.
      if (!(cause instanceof Fault) || cause.details.startedJobId !== undefined) throw cause;
      if (cause.details.mayHaveRun !== true) {
        claim.resolve();
        throw cause;
      }
      const found = await findOut(definition, claim, context, { settlingMs, cause });
      if (found === undefined) throw cause;
      return { ...found, wasFound: true };
    } finally {
      // After a failure too, because Platform may have carried it out.
      writeOrder.recordWrite(context.sandbox);
    }
  };
}
