import { createPublicKey, randomUUID } from 'node:crypto';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import { jwtVerify } from 'jose';
import { refuseGrant, sendJson } from './answers.ts';
import { parametersOf, parseForm, readBody } from './body.ts';
import type { EmulatedCredential } from './credential.ts';
import { emulatedImsTokens } from './ims-tokens.ts';
import type { Misbehaviours } from './misbehaviour.ts';
import type { IssuedTokens } from './tokens.ts';

interface ImsOptions {
  readonly credential: EmulatedCredential;
  readonly tokens: IssuedTokens;
  readonly misbehaviours: Misbehaviours;
  /** The origin that assertions may name as their audience; Adobe's own will do as well. */
  readonly origin: () => string;
}

const oauthLifeSeconds = 86_399;
const jwtLifeMs = 86_399_992;

const adobesOrigins = ['https://ims-na1.adobelogin.com', 'https://ims-na1-stg1.adobelogin.com'];

/** What the project behind the credential may ask for. */
const knownScopes = new Set([
  'openid',
  'AdobeID',
  'read_organizations',
  'additional_info.projectedProductContext',
  'additional_info.roles',
  'session',
  'adobeio_api',
  'read_client_secret',
  'manage_client_secrets',
]);
const boundMetaScopes = ['ent_dataservices_sdk', 'ent_adobeio_sdk'];

/** IMS as far as a service credential goes: `/ims/token/v2` and `v3`, and the legacy `/ims/exchange/jwt`. */
export function emulatedIms({ credential, tokens, misbehaviours, origin }: ImsOptions): Router {
  const router = Router();

  /** Its parameters, of a client that is the right one; otherwise the refusal has been sent. */
  function authenticated(request: Request, response: Response): ReadonlyMap<string, string> | undefined {
    const { parameters, repeated } = parametersOf(request);
    if (repeated !== undefined) {
      refuseGrant(response, 'invalid_request', `repeated parameter ${repeated}`);
    } else if (parameters.get('client_id') !== credential.clientId) {
      refuseGrant(response, 'invalid_client', 'invalid client_id parameter');
    } else if (parameters.get('client_secret') !== credential.clientSecret) {
      refuseGrant(response, 'invalid_client', 'invalid client_secret parameter');
    } else return parameters;
    return undefined;
  }

  const exchangeSecret =
    (whenNoneIsGiven: readonly string[]): RequestHandler =>
    (request, response) => {
      if (parametersOf(request).parameters.get('grant_type') !== 'client_credentials') {
        return refuseGrant(response, 'unsupported_grant_type', 'invalid grant_type');
      }
      const parameters = authenticated(request, response);
      if (parameters === undefined) return;
      const organization = parameters.get('org_id') ?? credential.orgId;
      if (organization !== credential.orgId) {
        return refuseGrant(response, 'invalid_request', 'invalid org_id parameter');
      }
      const asked = (parameters.get('scope') ?? '').split(/[\s,]+/).filter(Boolean);
      const scopes = asked.length > 0 ? asked : whenNoneIsGiven;
      if (scopes.length === 0 || !scopes.every((scope) => knownScopes.has(scope))) {
        return refuseGrant(response, 'invalid_scope', 'invalid scope parameter');
      }
      sendJson(response, 200, {
        access_token: tokens.issue(oauthLifeSeconds * 1000, scopes),
        token_type: 'bearer',
        expires_in: oauthLifeSeconds,
      });
    };

  const exchangeAssertion: RequestHandler = async (request, response) => {
    const parameters = authenticated(request, response);
    if (parameters === undefined) return;
    const assertion = parameters.get('jwt_token');
    if (!assertion) return refuseGrant(response, 'invalid_request', 'invalid jwt_token parameter');
    const origins = [origin(), ...adobesOrigins];
    const claims = await jwtVerify(assertion, createPublicKey(credential.publicKey), {
      algorithms: ['RS256'],
      issuer: credential.orgId,
      subject: credential.technicalAccountId,
      audience: origins.map((one) => `${one}/c/${credential.clientId}`),
      // @adobe/jwt-auth counts its five minutes by the machine's clock, which no test moves.
    }).then(
      ({ payload }) => payload,
      () => undefined,
    );
    if (claims === undefined) {
      const sentence = 'Could not match JWT signature to any of the bindings';
      return refuseGrant(response, 'invalid_token', sentence);
    }
    const asked = Object.keys(claims).filter(
      (claim) => /^https?:.*\/s\//.test(claim) && claims[claim] === true,
    );
    const bound = origins.flatMap((one) => boundMetaScopes.map((metaScope) => `${one}/s/${metaScope}`));
    if (asked.length === 0 || !asked.every((metaScope) => bound.includes(metaScope))) {
      // IMS's own sentence: https://github.com/AdobeDocs/adobe-dev-console/issues/54
      const sentence = 'The metascopes in the JWT are not a subset of the metascopes in the binding.';
      return refuseGrant(response, 'invalid_scope', sentence);
    }
    sendJson(response, 200, {
      token_type: 'bearer',
      access_token: tokens.issue(jwtLifeMs),
      expires_in: jwtLifeMs,
    });
  };

  router.use('/ims', (_request, response, next) => {
    // RFC 6749 section 5.1 asks for the second.
    response.set({ 'x-debug-id': randomUUID(), 'cache-control': 'no-store' });
    next();
  });
  const form = [readBody, parseForm];
  router.post('/ims/token/v3', form, misbehaviours.guard('token'), exchangeSecret([]));
  // Both packages that ask here call their scopes optional.
  router.post('/ims/token/v2', form, misbehaviours.guard('token'), exchangeSecret(['openid', 'AdobeID']));
  router.post('/ims/exchange/jwt', form, misbehaviours.guard('jwt'), exchangeAssertion);
  router.use(emulatedImsTokens(credential, tokens));
  return router;
}
