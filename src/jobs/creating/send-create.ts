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
}

/** The job of a create, and whether Platform has named it in its answer or it was looked for. */
export interface SentJob extends FoundJob {
  readonly source: 'answered' | 'found';
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
) => Promise<SentJob>;

export function createSendCreate({ platform, findOut, writeOrder }: SendCreateParts): SendCreate {
  return async ({ request, definition }, claim, context) => {
    try {
      const { beforeCreate } = claim;
      return { ...(await platform.create(request, { ...context, beforeCreate })), source: 'answered' };
    } catch (cause) {
      // What is no fault says nothing of what Platform has done.
      if (!(cause instanceof Fault) || cause.details.startedJobId !== undefined) throw cause;
      if (cause.details.mayHaveRun !== true) {
        claim.notCarriedOut();
        throw cause;
      }
      const { id: claimId, isKeyed, unresolved: sent } = claim;
      // Nothing that was sent gets by `beforeCreate`.
      if (sent === undefined) throw cause;
      const found = await findOut.ofJustSent({ definition, claimId, isKeyed, sent }, cause, context);
      return { ...found, source: 'found' };
    } finally {
      // After a failure too, because Platform may have carried it out.
      writeOrder.recordWrite(context.sandbox);
    }
  };
}
