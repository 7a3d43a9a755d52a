import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { codeOf, foreign, notAllowed, send } from '../support/addressed.ts';
import { bearerCallers } from '../support/bearer-callers.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const folder = mkdtempSync(join(tmpdir(), 'callers-'));
const file = join(folder, 'callers.json');
const entry = {
  name: 'app',
  keys: [`sha256:${'0'.repeat(64)}`],
  permissions: ['jobs:read'],
  sandboxes: ['prod'],
};
writeFileSync(file, JSON.stringify({ callers: [entry] }));
afterAll(() => rmSync(folder, { recursive: true }));

const named = 'https://app.example.com';
const jwt = {
  CALLER_AUTH: 'jwt',
  JWT_ISSUER: 'https://login.example.com',
  JWT_AUDIENCE: 'jobs',
};
const mtls = { CALLER_AUTH: 'mtls', CALLERS_FILE: file, TRUSTED_PROXIES: '127.0.0.1' };
const everywhere = { HOST: '0.0.0.0', ALLOW_ANONYMOUS_CALLERS: 'true' };
const own = ['host: jobs.example.com', 'origin: https://jobs.example.com'];
const elsewhere = ['host: jobs.example.com', 'origin: https://evil.example', 'sec-fetch-site: cross-site'];
const trusted = ['host: jobs.example.com', `origin: ${named}`, 'sec-fetch-site: cross-site'];
const nearly = ['host: jobs.example.com', 'origin: http://app.example.com', 'sec-fetch-site: cross-site'];
const local = ['host: localhost', `origin: ${named}`, 'sec-fetch-site: cross-site'];
const command = ['host: jobs.example.com'];

describe.each([
  // A page that has a token is one that the token was given to.
  ['by tokens', jwt, { own: 201, elsewhere: 201, trusted: 201, nearly: 201, local: 201, command: 201 }],
  [
    'by tokens, with hosts',
    { ...jwt, ALLOWED_HOSTS: 'other.example' },
    {
      own: notAllowed,
      elsewhere: notAllowed,
      trusted: notAllowed,
      nearly: notAllowed,
      local: 201,
      command: notAllowed,
    },
  ],
  // A browser sends a certificate for any page.
  [
    'by certificates',
    mtls,
    { own: 201, elsewhere: foreign, trusted: foreign, nearly: foreign, local: foreign, command: 201 },
  ],
  [
    'by certificates or tokens, with named origins',
    { ...jwt, ...mtls, CALLER_AUTH: 'jwt,mtls', CORS_ORIGINS: named },
    { own: 201, elsewhere: foreign, trusted: 201, nearly: foreign, local: 201, command: 201 },
  ],
  // As without any way to authenticate before: on loopback names are checked too, elsewhere the gateway does.
  [
    'by nothing, on loopback, with named origins',
    { CORS_ORIGINS: named },
    {
      own: notAllowed,
      elsewhere: notAllowed,
      trusted: notAllowed,
      nearly: notAllowed,
      local: 201,
      command: notAllowed,
    },
  ],
  [
    'by nothing, on loopback',
    {},
    {
      own: notAllowed,
      elsewhere: notAllowed,
      trusted: notAllowed,
      nearly: notAllowed,
      local: foreign,
      command: notAllowed,
    },
  ],
  [
    'by a gateway',
    everywhere,
    { own: 201, elsewhere: 201, trusted: 201, nearly: 201, local: 201, command: 201 },
  ],
  [
    'by a gateway, with named origins',
    { ...everywhere, CORS_ORIGINS: named },
    { own: 201, elsewhere: foreign, trusted: 201, nearly: foreign, local: 201, command: 201 },
  ],
])('where callers are authenticated %s, a create', (_how, env, expected) => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    const identify = bearerCallers({ app: {} });
    service = await startServiceUnderTest({ env, ...('CALLER_AUTH' in env && { identify }) });
  });
  afterAll(() => service.stop());

  it.each([
    ['a page of this service', own, expected.own],
    ['a page elsewhere', elsewhere, expected.elsewhere],
    ['a page of the named origin', trusted, expected.trusted],
    ['a page of the named host, of another scheme', nearly, expected.nearly],
    ['a page of the named origin, addressed as localhost', local, expected.local],
    ['no page', command, expected.command],
  ])('from %s', async (_who, headers, code) => {
    service.emulator.requests.clear();
    const url = service.url.replace('0.0.0.0', '127.0.0.1');
    const authorized = [...headers, 'authorization: Bearer app'];
    expect(codeOf(await send({ ...service, url }, { headers: authorized }))).toBe(code);
    expect(service.emulator.requests.all('create')).toHaveLength(code === 201 ? 1 : 0);
  });
});
