import { type RequestHandler, Router } from 'express';
import { refuseGrant, sendJson } from './answers.ts';
import { parametersOf, parseForm, readBody } from './body.ts';
import type { EmulatedCredential } from './credential.ts';
import { bearerOf, type IssuedTokens } from './tokens.ts';

/** What `@adobe/aio-lib-ims` asks IMS of a token that was issued. */
export function emulatedImsTokens(credential: EmulatedCredential, tokens: IssuedTokens): Router {
  const router = Router();
  const form = [readBody, parseForm];

  const validate: RequestHandler = (request, response) => {
    const clientId = parametersOf(request).parameters.get('client_id');
    const valid =
      tokens.honours(bearerOf(request.get('authorization')) ?? '') && clientId === credential.clientId;
    sendJson(response, 200, valid ? { valid } : { valid, reason: 'bad_signature' });
  };

  const invalidate: RequestHandler = (request, response) => {
    const { parameters } = parametersOf(request);
    if (parameters.get('client_id') !== credential.clientId) {
      return refuseGrant(response, 'invalid_client', 'invalid client_id parameter');
    }
    if (parameters.get('client_secret') !== credential.clientSecret) {
      return refuseGrant(response, 'invalid_client', 'invalid client_secret parameter');
    }
    tokens.revoke(parameters.get('token') ?? '');
    response.status(200).end();
  };

  const organizations: RequestHandler = (request, response) => {
    if (!tokens.honours(bearerOf(request.get('authorization')) ?? '')) {
      return sendJson(response, 401, { error: 'invalid_token', error_description: 'The token is not valid' });
    }
    const [ident, authSrc] = credential.orgId.split('@');
    sendJson(response, 200, [{ orgName: 'Emulator', orgRef: { ident, authSrc }, orgType: 'Enterprise' }]);
  };

  router.post('/ims/validate_token/v1', form, validate);
  router.post('/ims/invalidate_token/v2', form, invalidate);
  router.get('/ims/organizations/v6', organizations);
  return router;
}
