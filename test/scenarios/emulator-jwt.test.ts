import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { importPKCS8, SignJWT } from 'jose';
import request from 'supertest';
import {
  checkImsAnswer,
  type EmulatorUnderTest,
  startEmulatorUnderTest,
} from '../support/emulator-under-test.ts';

let adobe: EmulatorUnderTest;
beforeEach(async () => {
  adobe = await startEmulatorUnderTest();
});
afterEach(() => adobe.emulator.close());
const post = (path: string) => request(adobe.emulator.url).post(path);

describe('/ims/exchange/jwt', () => {
  const metaScope = () => `${adobe.emulator.url}/s/ent_dataservices_sdk`;
  async function assertion(claims: Record<string, unknown>, expiresIn = '5m'): Promise<string> {
    const { orgId, technicalAccountId, clientId, privateKey } = adobe.emulator.credential;
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'RS256' })
      .setIssuer(orgId)
      .setSubject(technicalAccountId)
      .setAudience(`${adobe.emulator.url}/c/${clientId}`)
      .setExpirationTime(expiresIn)
      .sign(await importPKCS8(privateKey, 'RS256'));
  }
  async function rightFields(): Promise<Record<string, string>> {
    const { clientId, clientSecret } = adobe.emulator.credential;
    const jwt_token = await assertion({ [metaScope()]: true });
    return { client_id: clientId, client_secret: clientSecret, jwt_token };
  }

  it.each(['/ims/exchange/jwt', '/ims/exchange/jwt/'])('%s takes any form', async (path) => {
    const fields = await rightFields();
    const answers = [
      await post(path).type('form').send(fields),
      await post(path).field(fields),
      await post(`${path}?${new URLSearchParams(fields)}`),
    ];
    for (const answer of answers) {
      checkImsAnswer(answer);
      expect([answer.status, answer.body.expires_in]).toEqual([200, 86_399_992]);
    }
  });

  it.each([
    ['client_id', 'invalid_client', 'invalid client_id parameter'],
    ['client_secret', 'invalid_client', 'invalid client_secret parameter'],
    ['jwt_token', 'invalid_token', expect.any(String)],
  ])('tells a wrong %s as what it is', async (name, error, error_description) => {
    const { status, body } = await adobe.askIms('/ims/exchange/jwt', {
      ...(await rightFields()),
      [name]: 'x',
    });
    expect({ status, body }).toEqual({ status: 400, body: { error, error_description } });
  });

  it.each([
    ['nothing', () => post('/ims/exchange/jwt')],
    [
      'a broken multipart form',
      () =>
        post('/ims/exchange/jwt').set('content-type', 'multipart/form-data; boundary=x').send('--y\r\nno'),
    ],
    [
      'a multipart form without a boundary',
      () => post('/ims/exchange/jwt').set('content-type', 'multipart/form-data').send('--y'),
    ],
    ['JSON', () => post('/ims/exchange/jwt').send({ client_id: 'emulator-client' })],
  ])('answers %s with an OAuth error', async (_name, send) => {
    const answer = await send();
    checkImsAnswer(answer);
    expect([answer.status, answer.body.error]).toEqual([400, 'invalid_client']);
  });

  it.each([
    ['none', {}],
    ['one that the project does not have', { 'https://ims-na1.adobelogin.com/s/ent_wrong_sdk': true }],
    ['one of somebody else', { 'https://elsewhere.example/s/ent_dataservices_sdk': true }],
    ['one that is not asked for', { 'https://ims-na1.adobelogin.com/s/ent_dataservices_sdk': false }],
  ])('refuses metascopes: %s', async (_name, claims) => {
    const jwt_token = await assertion(claims);
    const { body } = await adobe.askIms('/ims/exchange/jwt', { ...(await rightFields()), jwt_token });
    expect([body.error, body.error_description]).toEqual([
      'invalid_scope',
      expect.stringMatching(/metascopes/),
    ]);
  });

  it('refuses an assertion that has expired', async () => {
    const jwt_token = await assertion({ [metaScope()]: true }, '-1s');
    const { body } = await adobe.askIms('/ims/exchange/jwt', { ...(await rightFields()), jwt_token });
    expect(body.error).toBe('invalid_token');
  });
});
