import { createRequire } from 'node:module';

/**
 * Adobe's own packages, as they are, in a process of their own: they are CommonJS, they read the environment and
 * the home directory of whoever runs them, and one of them writes there. Prints what became of each call, as JSON.
 */

const [given = '{}'] = process.argv.slice(2);
const { url, home, ...credential } = JSON.parse(given);
const { clientId, clientSecret, orgId, technicalAccountId, privateKey } = credential;
// @adobe/aio-lib-core-config also looks for `.aio` and `.env` where it is run.
process.chdir(home);

const require = createRequire(import.meta.url);
const { Ims, getToken, getTokenData, context } = require('@adobe/aio-lib-ims');
const { generateAccessToken } = require('@adobe/aio-lib-core-auth');
const { init } = require('@adobe/aio-lib-customer-profile');
const authorize = require('@adobe/jwt-auth');

const results: Record<string, unknown> = {};

async function call(name: string, work: () => Promise<unknown>): Promise<void> {
  try {
    results[name] = { value: (await work()) ?? null };
  } catch (error) {
    results[name] = { error: String(Object(error).message) };
  }
}

const scopes = ['openid', 'AdobeID', 'additional_info.roles', 'adobeio_api'];
const ims = new Ims('prod');
let token = '';

await call('ims: client credentials', async () => {
  const result = await ims.getAccessTokenByClientCredentials(clientId, clientSecret, orgId, scopes);
  token = result.access_token.token;
  return { ...result, data: getTokenData(token) };
});
await call('ims: no scopes', () => ims.getAccessTokenByClientCredentials(clientId, clientSecret, orgId));
await call('ims: wrong secret', () =>
  ims.getAccessTokenByClientCredentials(clientId, 'wrong', orgId, scopes),
);
await call('ims: wrong client', () =>
  ims.getAccessTokenByClientCredentials('wrong', clientSecret, orgId, scopes),
);
await call('ims: environment', async () => (await Ims.fromToken(token)).ims.env);
await call('ims: organizations', () => ims.getOrganizations(token));
await call('ims: valid', () => ims.validateToken(token));
await call('ims: allow list', () => ims.validateTokenAllowList(token, ['somebody-else']));

await context.set('oauth', {
  client_id: clientId,
  client_secrets: [clientSecret],
  technical_account_email: technicalAccountId,
  technical_account_id: technicalAccountId,
  scopes,
  ims_org_id: orgId,
});
await call('ims: getToken by OAuth', () => getToken('oauth'));
await context.set('jwt', {
  client_id: clientId,
  client_secret: clientSecret,
  technical_account_id: technicalAccountId,
  meta_scopes: ['ent_dataservices_sdk'],
  ims_org_id: orgId,
  private_key: privateKey,
});
await call('ims: getToken by JWT', () => getToken('jwt'));

const ofCoreAuth = { clientId, clientSecret, orgId, scopes };
await call('core-auth: token', () => generateAccessToken(ofCoreAuth));
await call('core-auth: no scopes', () => generateAccessToken({ ...ofCoreAuth, scopes: [] }));
await call('core-auth: wrong secret', () => generateAccessToken({ ...ofCoreAuth, clientSecret: 'wrong' }));
await call('core-auth: wrong scope', () => generateAccessToken({ ...ofCoreAuth, scopes: ['wrong'] }));

const ofJwt = { ...credential, ims: url, metaScopes: 'ent_dataservices_sdk' };
const ownUrl = 'https://ims-na1.adobelogin.com/s/ent_dataservices_sdk';
await call('jwt-auth: token', () => authorize(ofJwt));
await call('jwt-auth: metascope as a link', () => authorize({ ...ofJwt, metaScopes: [ownUrl] }));
await call('jwt-auth: wrong metascope', () => authorize({ ...ofJwt, metaScopes: 'ent_wrong_sdk' }));
await call('jwt-auth: wrong client', () => authorize({ ...ofJwt, clientId: 'wrong' }));
await call('jwt-auth: wrong secret', () => authorize({ ...ofJwt, clientSecret: 'wrong' }));

const profile = await init('tenant', orgId, clientId, token, 'prod');
const body = async (work: Promise<{ body: unknown }>) => (await work).body;
const list = (parameters: object = {}) => body(profile.getScanJobsRoute(parameters));
await call('profile: list', () => list());
await call('profile: page', () => list({ limit: 2 }));
await call('profile: next page', () => list({ limit: 2, offset: '4_4' }));
await call('profile: filtered', () => list({ status: 'FAILED' }));
await call('profile: wrong filter', () => list({ status: 'SUCCEDED' }));
await call('profile: get', () => body(profile.getScanJobRoute({ exportJobId: 5 })));
await call('profile: get of none', () => body(profile.getScanJobRoute({ exportJobId: 404 })));
await call('profile: create', () => body(profile.postScanJobRoute()));
await call('profile: cancel', () => body(profile.cancelScanJobRoute({ exportJobId: 5 })));
const elsewhere = await init('tenant', orgId, clientId, token, 'PROD');
await call('profile: wrong sandbox', () => body(elsewhere.getScanJobsRoute()));
const nowhere = await init('tenant', orgId, clientId, token);
await call('profile: no sandbox', () => body(nowhere.getScanJobsRoute()));

await call('ims: invalidate', () => ims.invalidateToken(token, clientId, clientSecret));
await call('ims: valid after that', () => ims.validateToken(token));
await call('profile: list after that', () => list());

process.stdout.write(`\n${JSON.stringify(results)}\n`);
