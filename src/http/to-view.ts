import type { Request, Response } from 'express';
import type { View } from '../jobs/asker.ts';
import { chooseSandbox } from '../jobs/parse-parameters.ts';
import type { IdentifyCaller } from './caller.ts';
import { callerFor } from './caller-for.ts';
import { scopeOf } from './request-scope.ts';

export interface ViewOptions {
  /** The first one is used where the caller names none. */
  readonly sandboxes: readonly string[];
  readonly callerOf: IdentifyCaller;
}

/**
 * What the caller sees.
 *
 * @throws SandboxNotAllowed
 */
export function toView(
  request: Request,
  response: Response,
  { sandboxes, callerOf }: ViewOptions,
  named = request.get('x-sandbox-name'),
): View {
  const sandbox = chooseSandbox(named, sandboxes);
  scopeOf(response).sandbox = sandbox;
  return { sandbox, permission: callerFor(request, response, callerOf).permission };
}
