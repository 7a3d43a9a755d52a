import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { exportJWK, generateKeyPair } from 'jose';
import type Provider from 'oidc-provider';
import request from 'supertest';
import { createRunningClock } from '../../emulator/movable-clock.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { audience, lastReason, listWith } from '../support/token-issuer.ts';

/* A real OpenID provider, found by discovery: what it issues is accepted without anything set for it. */

const client = { id: 'reporting', secret: 'a-secret-of-the-client' };
const newJob = { datasetId: '5b7c86968f7b6501e21ba9df', allProfiles: true };
let server: Server;
let issuer: string;
let service: ServiceUnderTest;

beforeAll(async () => {
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = await createProvider();
  server.on('request', provider.callback());
  service = await startServiceUnderTest({
    // Its tokens are of the machine's time.
    emulator: { clock: createRunningClock() },
    env: { CALLER_AUTH: 'jwt', JWT_ISSUER: issuer, JWT_AUDIENCE: audience },
  });
});
afterAll(async () => {
  await service.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function createProvider(): Promise<Provider> {
  // It warns that it runs with its defaults, which is right for a test.
  for (const method of ['warn', 'info'] as const) jest.spyOn(console, method).mockImplementation(() => {});
  const { default: OpenIdProvider } = await import('oidc-provider');
  const { privateKey } = await generateKeyPair('RS256', { extractable: true });
  return new OpenIdProvider(issuer, {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid: 'provider', alg: 'RS256', use: 'sig' }] },
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    scopes: ['openid', 'jobs:read', 'jobs:create'],
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context, resource) => ({
          scope: 'jobs:read jobs:create',
          audience: resource,
          accessTokenFormat: resource.endsWith('/opaque') ? 'opaque' : 'jwt',
        }),
      },
    },
  });
}

async function tokenFor(resource: string, scope: string): Promise<string> {
  const answer = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${client.id}:${client.secret}`)}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', resource, scope }),
  });
  const { access_token: token } = Object(await answer.json());
  return String(token);
}

describe('a token of a real OpenID provider', () => {
  it('lets its client do what its scope says, and nothing more', async () => {
    const token = await tokenFor(audience, 'jobs:read');
    expect((await listWith(service, token)).status).toBe(200);
    const { status, body } = await request(service.url)
      .post('/jobs')
      .set('authorization', `Bearer ${token}`)
      .send(newJob);
    expect([status, body.code]).toEqual([403, 'permission-missing']);
    const creating = await tokenFor(audience, 'jobs:read jobs:create');
    const created = await service.send('POST', '/jobs', {
      headers: { authorization: `Bearer ${creating}` },
      body: newJob,
    });
    expect(created.status).toBe(201);
  });

  it('for another resource is refused', async () => {
    const token = await tokenFor('https://other.example.test', 'jobs:read');
    expect((await listWith(service, token)).status).toBe(401);
    expect(lastReason(service)).toMatch(/JWT_AUDIENCE/);
  });

  it('that is opaque is refused', async () => {
    const token = await tokenFor(`${audience}/opaque`, 'jobs:read');
    expect(token).not.toContain('.');
    expect((await listWith(service, token)).status).toBe(401);
  });
});
