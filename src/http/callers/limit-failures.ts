import type { Request } from 'express';
import { NotAuthenticated } from '../../callers/errors.ts';
import type { JudgeFailure } from '../../callers/limits/failure-limit.ts';
import { addressOf } from './address-of.ts';
import type { IdentifyCaller } from './authenticate.ts';

/**
 * Identifies callers as `identify` does, and slows down the addresses that keep failing. Whoever brings a valid
 * credential passes whatever its address has done, so credentials are checked first and nobody is locked out.
 */
export function limitFailures(identify: IdentifyCaller, judgeFailure: JudgeFailure): IdentifyCaller {
  function refuse(request: Request, error: unknown): never | Promise<never> {
    if (!(error instanceof NotAuthenticated)) throw error;
    const judged = judgeFailure(addressOf(request), error);
    if (!(judged instanceof Promise)) throw judged;
    return judged.then((refusal) => {
      throw refusal;
    });
  }

  return (request) => {
    try {
      const caller = identify(request);
      if (!(caller instanceof Promise)) return caller;
      return caller.catch((error: unknown) => refuse(request, error));
    } catch (error) {
      return refuse(request, error);
    }
  };
}
