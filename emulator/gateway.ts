import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { EmulatedCredential } from './credential.ts';
import type { IssuedTokens } from './tokens.ts';

/** What Adobe's gateway checks before Platform sees a request, with the codes that it answers. */
export function gateway(credential: EmulatedCredential, tokens: IssuedTokens): RequestHandler {
  return (request, response, next) => {
    response.set('x-request-id', randomUUID());
    const bearer = /^Bearer (.+)$/.exec(request.get('authorization') ?? '')?.[1];
    if (bearer === undefined) return refuse(response, 403, '403010', 'Oauth token is missing.');
    if (!tokens.honours(bearer)) return refuse(response, 401, '401013', 'Oauth token is not valid');
    const apiKey = request.get('x-api-key');
    if (apiKey === undefined) return refuse(response, 403, '403000', 'Api Key is required');
    if (apiKey !== credential.clientId) return refuse(response, 403, '403003', 'Api Key is invalid');
    const organization = request.get('x-gw-ims-org-id');
    if (organization === undefined) return refuse(response, 400, '400003', 'Missing header: x-gw-ims-org-id');
    if (organization !== credential.orgId) return refuse(response, 403, '403025', 'Profile is not valid');
    if (!credential.sandboxes.includes(sandboxOf(request.get('x-sandbox-name')))) {
      response.status(403).json({
        requestId: randomUUID(),
        errors: { '403': [{ code: 'UPAPI-113752-403', message: 'Permission denied on the sandbox' }] },
        type: 'https://ns.adobe.com/aep/errors/UPAPI-113752-403',
        title: 'Forbidden',
        status: 403,
      });
      return;
    }
    next();
  };
}

export function sandboxOf(header: string | undefined): string {
  return header ?? 'prod';
}

function refuse(response: Response, status: number, error_code: string, message: string): void {
  response.status(status).json({ error_code, message });
}
