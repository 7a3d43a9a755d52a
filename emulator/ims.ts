import { createPublicKey, randomUUID } from 'node:crypto';
import express, { type RequestHandler, type Response, Router } from 'express';
import { jwtVerify } from 'jose';
import type { Clock } from '../src/observability/clock.ts';
import type { EmulatedCredential } from './credential.ts';
import type { Misbehaviours } from './misbehaviour.ts';
import { parseMultipart } from './multipart.ts';
import type { IssuedTokens } from './tokens.ts';

interface ImsOptions {
  readonly credential: EmulatedCredential;
  readonly tokens: IssuedTokens;
  readonly misbehaviours: Misbehaviours;
  readonly clock: Clock;
  /** The origin that assertions have to name as their audience. */
  readonly origin: () => string;
}

const oauthLifeSeconds = 86_399;
const jwtLifeMs = 86_399_992;

const knownScopes = new Set([
  'openid',
  'AdobeID',
  'read_organizations',
  'additional_info.projectedProductContext',
  'session',
]);

/** IMS as far as a service credential goes: `/ims/token/v3` and the legacy `/ims/exchange/jwt/`. */
export function emulatedIms({ credential, tokens, misbehaviours, clock, origin }: ImsOptions): Router {
  const router = Router();

  const exchangeSecret: RequestHandler = (request, response) => {
    const { grant_type, client_id, client_secret, scope = '' } = request.body ?? {};
    if (grant_type !== 'client_credentials')
      return refuse(response, 'unsupported_grant_type', 'invalid grant_type');
    if (client_id !== credential.clientId)
      return refuse(response, 'invalid_client', 'invalid client_id parameter');
    if (client_secret !== credential.clientSecret) {
      return refuse(response, 'invalid_client', 'invalid client_secret parameter');
    }
    if (
      !String(scope)
        .split(',')
        .every((one) => knownScopes.has(one))
    ) {
      return refuse(response, 'invalid_scope', 'invalid scope parameter');
    }
    response.json({
      access_token: tokens.issue(oauthLifeSeconds * 1000),
      token_type: 'bearer',
      expires_in: oauthLifeSeconds,
    });
  };

  const exchangeAssertion: RequestHandler = async (request, response) => {
    const form: Readonly<Record<string, string | undefined>> = request.body;
    if (form.client_id !== credential.clientId || form.client_secret !== credential.clientSecret) {
      return refuse(response, 'invalid_client', 'invalid client_secret parameter');
    }
    const isValid = await jwtVerify(form.jwt_token ?? '', createPublicKey(credential.publicKey), {
      algorithms: ['RS256'],
      issuer: credential.orgId,
      subject: credential.technicalAccountId,
      audience: `${origin()}/c/${credential.clientId}`,
      // @adobe/jwt-auth counts its five minutes by the machine's clock, which no test moves.
    }).then(
      () => true,
      () => false,
    );
    if (!isValid)
      return refuse(response, 'invalid_token', 'Could not match JWT signature to any of the bindings');
    response.json({ token_type: 'bearer', access_token: tokens.issue(jwtLifeMs), expires_in: jwtLifeMs });
  };

  router.use((_request, response, next) => {
    response.set({ 'x-debug-id': randomUUID(), date: new Date(clock.wallNow()).toUTCString() });
    next();
  });
  const readForm = express.urlencoded({ extended: false });
  router.post('/ims/token/v3', readForm, misbehaviours.guard('token'), exchangeSecret);
  const readMultipart = [express.text({ type: 'multipart/form-data' }), parseMultipart];
  router.post('/ims/exchange/jwt/', readMultipart, misbehaviours.guard('jwt'), exchangeAssertion);
  return router;
}

function refuse(response: Response, error: string, description: string): void {
  response.status(400).json({ error, error_description: description });
}
