import type { IRouter } from 'express';
import { isProblemCode } from '../problems/catalogue.ts';
import { answer } from './answer.ts';
import { NotFound, NotReady } from './errors.ts';
import { methodNotAllowed } from './fallbacks.ts';
import { methodsOf } from './paths.ts';
import { pagePolicy } from './problems/page-policy.ts';
import { toProblemPage } from './problems/problem-page.ts';
import { contextOf } from './request-context.ts';

/** Why this process should get no new requests, or nothing when it should. */
export type Readiness = () => string | undefined;

/** What is about the service and not about jobs: its health, its document, and the pages of its problems. */
export function addServiceRoutes(router: IRouter, notReadyBecause: Readiness): void {
  // Asks nobody: a dependency that is down must not restart the fleet.
  router
    .route('/livez')
    .get((_request, response) => {
      answer(response, { status: 200, body: { status: 'alive' } });
    })
    .all(methodNotAllowed(...methodsOf['/livez']));

  // About this process alone.
  router
    .route('/readyz')
    .get((_request, response) => {
      const reason = notReadyBecause();
      if (reason !== undefined) throw new NotReady(reason);
      answer(response, { status: 200, body: { status: 'ready' } });
    })
    .all(methodNotAllowed(...methodsOf['/readyz']));

  // Generated from the schemas that validate, when it is first asked for.
  router
    .route('/openapi.json')
    .get(async (_request, response) => {
      const { openApiDocument } = await import('./openapi/document.ts');
      const servers = [{ url: contextOf(response).mountPath || '/' }];
      answer(response, { status: 200, body: { ...openApiDocument, servers } });
    })
    .all(methodNotAllowed(...methodsOf['/openapi.json']));

  // What a problem's `type` links to, for people.
  router
    .route('/problems/:code')
    .get((request, response) => {
      const { code } = request.params;
      if (!isProblemCode(code)) throw new NotFound('There is no problem with this code.');
      pagePolicy(request, response, () => {
        answer(response, { status: 200, body: toProblemPage(code), contentType: 'text/html; charset=utf-8' });
      });
    })
    .all(methodNotAllowed(...methodsOf['/problems/:code']));
}
