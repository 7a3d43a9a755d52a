import type { Scope } from '../jobs/context.ts';
import type { IdentifyCaller } from './caller.ts';
import { callerFor } from './caller-for.ts';
import { chooseSandbox, parseJobId } from './parameters.ts';
import { scopeOf } from './request-scope.ts';
import { headerOf, type RoutedRequest, type RoutedResponse } from './routed.ts';

export interface ViewOptions {
  /** The first one is used where the caller names none. */
  readonly sandboxes: readonly string[];
  readonly callerOf: IdentifyCaller;
}

/**
 * The job that the path names.
 *
 * @throws InvalidParameters
 */
export function jobIdOf(request: RoutedRequest, response: RoutedResponse): string {
  const id = parseJobId(request.params.id);
  scopeOf(response).jobId = id;
  return id;
}

/**
 * What the caller sees.
 *
 * @throws SandboxNotAllowed
 */
export function toView(
  request: RoutedRequest,
  response: RoutedResponse,
  { sandboxes, callerOf }: ViewOptions,
  named = headerOf(request, 'x-sandbox-name'),
): Scope {
  const sandbox = chooseSandbox(named, sandboxes);
  scopeOf(response).sandbox = sandbox;
  return { sandbox, permission: callerFor(request, response, callerOf).permission };
}
