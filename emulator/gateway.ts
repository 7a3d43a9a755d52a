import { randomUUID } from 'node:crypto';
import type { RequestHandler } from 'express';
import { refuseAtGateway, refuseByProfile } from './answers.ts';
import type { EmulatedCredential } from './credential.ts';
import { bearerOf, type IssuedTokens } from './tokens.ts';

/** What Adobe's gateway checks before Platform sees a request, with the codes that it answers. */
export function gateway(credential: EmulatedCredential, tokens: IssuedTokens): RequestHandler {
  return (request, response, next) => {
    // A header that is empty is missing.
    const header = (name: string) => request.get(name) || undefined;
    const refuse = (status: number, code: string, message: string) =>
      refuseAtGateway(response, status, code, message);
    if (!/^Bearer +\S/i.test(header('authorization') ?? ''))
      return refuse(403, '403010', 'Oauth token is missing.');
    if (!tokens.honours(bearerOf(header('authorization')) ?? ''))
      return refuse(401, '401013', 'Oauth token is not valid');
    const apiKey = header('x-api-key');
    if (apiKey === undefined) return refuse(403, '403000', 'Api Key is required');
    if (apiKey !== credential.clientId) return refuse(403, '403003', 'Api Key is invalid');
    const organization = header('x-gw-ims-org-id');
    if (organization === undefined) return refuse(400, '400003', 'Missing header: x-gw-ims-org-id');
    if (organization !== credential.orgId) return refuse(403, '403025', 'Profile is not valid');
    // Required since the OpenAPI document of June 2026; optional in older ones, and `prod` then.
    const sandbox = header('x-sandbox-name');
    if (sandbox === undefined) return refuse(400, '400003', 'Missing header: x-sandbox-name');
    // Names are lower-case, and compared as they are.
    if (!credential.sandboxes.includes(sandbox)) {
      const code = 'UPAPI-113752-403';
      return refuseByProfile(response, 'Permission denied on the sandbox', { status: 403, code });
    }
    next();
  };
}

/** Names a request to Platform, as the gateway does with whatever it answers. */
export const identify: RequestHandler = (_request, response, next) => {
  response.set('x-request-id', randomUUID());
  next();
};
