import type { Router } from 'express';
import { z } from 'zod';
import { answer } from './answer.ts';
import { NotReady } from './errors.ts';
import { methodNotAllowed } from './fallbacks.ts';

/** Why this process should get no new requests, or nothing when it should. */
export type Readiness = () => string | undefined;

export const aliveSchema = z.strictObject({ status: z.literal('alive') });
export const readySchema = z.strictObject({ status: z.literal('ready') });

/**
 * `/livez` asks nobody: a dependency that is down must not restart the fleet.
 * `/readyz` is about this process alone.
 */
export function addHealthRoutes(router: Router, notReadyBecause: Readiness): void {
  router
    .route('/livez')
    .get((_request, response) => {
      answer(response, { status: 200, body: { status: 'alive' } satisfies z.input<typeof aliveSchema> });
    })
    .all(methodNotAllowed('GET', 'HEAD'));

  router
    .route('/readyz')
    .get((_request, response) => {
      const reason = notReadyBecause();
      if (reason !== undefined) throw new NotReady(reason);
      answer(response, { status: 200, body: { status: 'ready' } satisfies z.input<typeof readySchema> });
    })
    .all(methodNotAllowed('GET', 'HEAD'));
}
