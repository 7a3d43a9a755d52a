import type { Router } from 'express';
import { answer } from './answer.ts';
import { methodNotAllowed } from './fallbacks.ts';
import { scopeOf } from './request-scope.ts';

/** `/openapi.json`: generated from the schemas that validate, when it is first asked for. */
export function addOpenApiRoute(router: Router): void {
  router
    .route('/openapi.json')
    .get(async (_request, response) => {
      const { openApiDocument } = await import('./openapi/document.ts');
      const servers = [{ url: scopeOf(response).mountPath || '/' }];
      answer(response, { status: 200, body: { ...openApiDocument, servers } });
    })
    .all(methodNotAllowed('GET', 'HEAD'));
}
