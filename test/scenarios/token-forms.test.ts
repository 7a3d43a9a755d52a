import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import {
  claimsOf,
  listWith,
  makeKey,
  makeToken,
  type SigningKey,
  signParts,
  startTokenIssuer,
  type TokenIssuer,
  type TokenOptions,
} from '../support/token-issuer.ts';

let issuer: TokenIssuer;
let service: ServiceUnderTest;
let rsa: SigningKey;
let ec: SigningKey;
beforeAll(async () => {
  [rsa, ec] = await Promise.all([makeKey('rsa', 'RS256'), makeKey('ec')]);
  issuer = await startTokenIssuer(rsa, ec);
  service = await startServiceUnderTest({ env: issuer.env() });
});
afterAll(async () => {
  await service.stop();
  await issuer[Symbol.asyncDispose]();
});

const now = () => service.emulator.clock.wallNow();
const make = (options: TokenOptions = {}, key = ec) => makeToken(issuer, key, now(), options);
const claims = (options: TokenOptions = {}) => claimsOf(issuer, now(), options);
const inSeconds = (ms: number) => Math.floor((now() + ms) / 1000);

describe('a token that is right', () => {
  it.each([
    ['of RS256', () => make({}, rsa)],
    ['of ES256', () => make()],
    ['of type at+jwt', () => make({ header: { typ: 'at+jwt' } })],
    ['of type JWT', () => make({ header: { typ: 'JWT' } })],
    ['for several audiences', () => make({ claims: { aud: ['https://other.test', claims().aud] } })],
    ['that has ended a moment ago by our clock', () => make({ lifeMs: -29_000 })],
    ['that begins in a moment by our clock', () => make({ claims: { nbf: inSeconds(29_000) } })],
    ['that names where its key is', () => make({ header: { jku: 'https://sap.example.test/keys' } })],
  ])('%s is let in', async (_, token) => {
    expect((await listWith(service, token())).status).toBe(200);
  });
});

describe('a token with', () => {
  it('a key of the wrong curve is refused', async () => {
    const p384 = await makeKey('ec', 'ES384');
    const token = signParts(p384, { alg: 'ES256', kid: 'ec' }, claims());
    expect((await listWith(service, token)).status).toBe(401);
    expect((await listWith(service, make({}, p384))).status).toBe(401);
  });

  it('100 kB is refused by its size', async () => {
    const token = make({ claims: { padding: 'x'.repeat(75_000) } });
    const status = await bareStatus(`Bearer ${token}`);
    expect(status).toBe(431);
  });

  it.each([' ', '\t', ',', '"', '=x', '%20'])('%j within is refused', async (sign) => {
    expect(await bareStatus(`Bearer ${make().replace('.', `.${sign}`)}`)).toBe(401);
  });

  it('another scheme is refused', async () => {
    for (const scheme of ['Basic', 'DPoP', 'JWT', '']) {
      expect(await bareStatus(`${scheme} ${make()}`.trim())).toBe(401);
    }
  });
});

describe('where tokens are asked for', () => {
  it('nothing at all is answered with a challenge that names no error', async () => {
    const { status, headers, body } = await request(service.url).get('/jobs');
    expect([status, headers['www-authenticate']]).toEqual([401, 'Bearer realm="aep-jobs-bff"']);
    expect(body.detail).toBe('This request says nothing about who sends it. Accepted here: jwt.');
  });

  it('what is no JWT is answered with invalid_token', async () => {
    const { status, headers } = await listWith(service, 'opaque');
    const challenge = 'Bearer realm="aep-jobs-bff", error="invalid_token"';
    expect([status, headers['www-authenticate']]).toEqual([401, challenge]);
  });
});

/** Headers as they are, without a client's opinion. */
function bareStatus(authorization: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(`${service.url}/jobs`, { headers: { authorization } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    request.on('error', reject).end();
  });
}
