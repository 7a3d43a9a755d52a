import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import type { Misbehaviour } from '../../emulator/misbehaviour.ts';
import { until } from '../support/driving.ts';
import { jwtEnv, startServiceUnderTest } from '../support/service-under-test.ts';

describe('tokens by oauth', () => {
  it('are asked for as IMS documents it', async () => {
    await using service = await startServiceUnderTest();
    await service.send('GET', '/jobs');
    const [exchange] = service.emulator.requests.all('token');
    expect(exchange).toMatchObject({
      method: 'POST',
      url: '/ims/token/v3',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: {
        grant_type: 'client_credentials',
        client_id: 'emulator-client',
        client_secret: 'emulator-secret',
        scope: 'openid,AdobeID,read_organizations,additional_info.projectedProductContext,session',
      },
    });
  });

  it('pass on how long IMS asks to hold back', async () => {
    await using service = await startServiceUnderTest();
    service.emulator.misbehaviours.add({
      route: 'token',
      how: { kind: 'answer', status: 429, headers: { 'Retry-After': '77' } },
    });
    const { body, headers } = await service.send('GET', '/jobs');
    expect([body.code, headers['retry-after']]).toEqual(['token-unavailable', '77']);
  });

  it.each<Misbehaviour['how']>([{ kind: 'hang' }, { kind: 'hang-in-body' }])(
    'cannot be had while IMS does this: $kind',
    async (how) => {
      await using service = await startServiceUnderTest();
      service.emulator.misbehaviours.add({ route: 'token', how });
      const answer = service.send('GET', '/jobs');
      await until(() => service.emulator.requests.all('token').length === 1);
      service.emulator.clock.advance(10_000);
      expect((await answer).body).toMatchObject({
        status: 503,
        code: 'token-unavailable',
      });
    },
  );

  it('are refused for a wrong secret, a wrong client and a wrong scope', async () => {
    for (const env of [{ ADOBE_CLIENT_SECRET: 'x' }, { ADOBE_CLIENT_ID: 'x' }, { ADOBE_SCOPES: 'x' }]) {
      await using service = await startServiceUnderTest({ env });
      expect((await service.send('GET', '/jobs')).body).toMatchObject({
        status: 503,
        code: 'credential-refused',
      });
    }
  });
});

describe('tokens by jwt', () => {
  it('warn at start that this credential has ended', async () => {
    await using service = await startServiceUnderTest((emulator) => ({ env: jwtEnv(emulator) }));
    expect(service.logLines()[0]).toMatchObject({
      level: 'warn',
      msg: expect.stringContaining('1 March 2026'),
    });
  });

  it.each([
    ['as it is', (pem: string) => pem],
    ['with \\n written out', (pem: string) => pem.replaceAll('\n', '\\n')],
    ['in base64', (pem: string) => Buffer.from(pem).toString('base64')],
  ])('take a private key %s', async (_name, encode) => {
    await using service = await startServiceUnderTest((emulator) => ({
      env: { ...jwtEnv(emulator), ADOBE_PRIVATE_KEY: encode(emulator.credential.privateKey) },
    }));
    expect((await service.send('GET', '/jobs')).status).toBe(200);
  });

  it('are refused for the key of somebody else', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const ADOBE_PRIVATE_KEY = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    await using service = await startServiceUnderTest((emulator) => ({
      env: { ...jwtEnv(emulator), ADOBE_PRIVATE_KEY },
    }));
    const { body } = await service.send('GET', '/jobs');
    expect(body).toMatchObject({ code: 'credential-refused', upstream: { code: 'invalid_token' } });
  });

  it('are refused, not unavailable, for the internal_error of a project that was converted to OAuth', async () => {
    await using service = await startServiceUnderTest((emulator) => ({ env: jwtEnv(emulator) }));
    const body = { error: 'internal_error', error_description: 'Please try again later' };
    service.emulator.misbehaviours.add({ route: 'jwt', how: { kind: 'answer', status: 500, body } });
    expect((await service.send('GET', '/jobs')).body).toMatchObject({
      code: 'credential-refused',
      retryable: false,
    });
  });

  it.each<Misbehaviour['how']>([{ kind: 'hang' }, { kind: 'hang-in-body' }, { kind: 'half-body' }])(
    'cannot be had while IMS does this: $kind. The library has no time-out, so its wrapper has one',
    async (how) => {
      await using service = await startServiceUnderTest((emulator) => ({ env: jwtEnv(emulator) }));
      service.emulator.misbehaviours.add({ route: 'jwt', how });
      const answer = service.send('GET', '/jobs');
      await until(() => service.emulator.requests.all('jwt').length === 1);
      service.emulator.clock.advance(10_000);
      expect((await answer).body).toMatchObject({ status: 503, code: 'token-unavailable' });
    },
  );
});
