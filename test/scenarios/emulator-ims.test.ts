import { createPublicKey } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jwtVerify } from 'jose';
import request from 'supertest';
import {
  checkImsAnswer,
  type EmulatorUnderTest,
  jobsPath,
  startEmulatorUnderTest,
} from '../support/emulator-under-test.ts';

let adobe: EmulatorUnderTest;
beforeEach(async () => {
  adobe = await startEmulatorUnderTest();
});
afterEach(() => adobe.emulator.close());
const post = (path: string) => request(adobe.emulator.url).post(path);

describe('a token of the emulated IMS', () => {
  it('is a web token, with the claims of IMS and a signature that can be verified', async () => {
    const { body } = await adobe.askIms('/ims/token/v3', adobe.rightForm);
    const key = createPublicKey(adobe.emulator.credential.publicKey);
    const { payload, protectedHeader } = await jwtVerify(body.access_token, key);
    expect(protectedHeader.alg).toBe('RS256');
    expect(payload).toMatchObject({
      type: 'access_token',
      client_id: 'emulator-client',
      as: 'ims-na1',
      scope: 'openid,AdobeID',
      created_at: String(adobe.emulator.clock.wallNow()),
      expires_in: '86399000',
    });
    expect(adobe.emulator.tokens.issued()).toContain(body.access_token);
  });

  it('is honoured until it expires, is revoked, or is changed by one letter', async () => {
    const token = adobe.emulator.tokens.issue(1000);
    const ask = (value: string) => adobe.ask('GET', '', { headers: { authorization: value } });
    expect((await ask(`Bearer ${token}`)).status).toBe(200);
    expect((await ask(`Bearer ${token.slice(0, -1)}`)).status).toBe(401);
    adobe.emulator.clock.advance(1000);
    const { status, body } = await ask(`Bearer ${token}`);
    expect([status, body.error_code]).toEqual([401, '401013']);
  });
});

describe('/ims/token', () => {
  it.each(['/ims/token/v2', '/ims/token/v3'])('%s takes its parameters in any form', async (path) => {
    const query = new URLSearchParams(adobe.rightForm).toString();
    const answers = [
      await post(path).type('form').send(query),
      await post(path).field(adobe.rightForm),
      await post(`${path}?${query}`),
      // As Adobe's guide for OAuth server-to-server has it: the client in the query, the others in the body.
      await post(`${path}?client_id=emulator-client`).type('form').send(query),
    ];
    for (const answer of answers) {
      checkImsAnswer(answer);
      expect([answer.status, answer.body.expires_in]).toEqual([200, 86_399]);
    }
    expect(adobe.emulator.requests.all('token').map(({ body }) => Object(body).client_id)).toEqual([
      'emulator-client',
      'emulator-client',
      undefined,
      'emulator-client',
    ]);
  });

  it.each([
    'openid, AdobeID, read_organizations',
    'openid AdobeID',
    ' openid ,AdobeID,',
    'additional_info.projectedProductContext,additional_info.roles,session',
    'adobeio_api,read_client_secret,manage_client_secrets',
  ])('takes the scopes «%s»', async (scope) =>
    expect((await adobe.askIms('/ims/token/v3', { ...adobe.rightForm, scope })).status).toBe(200),
  );

  it.each(['wrong', 'openid,wrong', 'OPENID', ',', '', '["openid"]'])(
    'refuses the scopes «%s»',
    async (scope) => {
      const { status, body } = await adobe.askIms('/ims/token/v3', { ...adobe.rightForm, scope });
      expect([status, body.error]).toEqual([400, 'invalid_scope']);
    },
  );

  it.each([
    ['grant_type', 'unsupported_grant_type'],
    ['client_id', 'invalid_client'],
    ['client_secret', 'invalid_client'],
    ['scope', 'invalid_scope'],
  ])('says so when %s is missing', async (name, error) => {
    const { [name]: _missing, ...others } = adobe.rightForm;
    const { status, body } = await adobe.askIms('/ims/token/v3', others);
    expect([status, body.error]).toEqual([400, error]);
  });

  it('refuses the wrong organization of a call to v2', async () => {
    const { body } = await adobe.askIms('/ims/token/v2', { ...adobe.rightForm, org_id: 'OTHER@AdobeOrg' });
    expect(body).toEqual({ error: 'invalid_request', error_description: 'invalid org_id parameter' });
  });
});

describe('inputs from RFCs and issue trackers, to the emulated IMS', () => {
  // RFC 6749 section 3.2: parameters must not be included more than once.
  it('refuses a parameter with two values, in one form or in query and form', async () => {
    const twice = `${new URLSearchParams(adobe.rightForm)}&client_id=other`;
    const answers = [
      await post('/ims/token/v3').type('form').send(twice),
      await post('/ims/token/v3?client_id=other').type('form').send(adobe.rightForm),
    ];
    for (const answer of answers) {
      checkImsAnswer(answer);
      expect(answer.body).toEqual({
        error: 'invalid_request',
        error_description: 'repeated parameter client_id',
      });
    }
  });

  // RFC 6749 appendix B: a space may come as + or %20, and a % that means nothing is text.
  it('reads what is percent-encoded, with a plus for a space', async () => {
    const { grant_type, client_id, client_secret } = adobe.rightForm;
    const text = `grant_type=${grant_type}&client_id=${client_id}&client_secret=${client_secret}&scope=openid+AdobeID%2Csession&x=%zz`;
    expect((await post('/ims/token/v3').type('form').send(text)).status).toBe(200);
  });

  // RFC 9110 section 11.1: the scheme's name is case-insensitive.
  it('honours a token behind «bearer» in any case', async () => {
    const authorization = `bearer ${adobe.emulator.tokens.issue(1000)}`;
    expect((await adobe.ask('GET', '', { headers: { authorization } })).status).toBe(200);
  });

  // RFC 9110 section 8.4.1: a coding that is not known, and bytes that are not in the coding they claim.
  it.each(['compress', 'gzip', 'x'])(
    'answers a body that is not really %s with an OAuth error',
    async (coding) => {
      const answer = await post('/ims/token/v3')
        .type('form')
        .set('content-encoding', coding)
        .send('grant_type=x');
      checkImsAnswer(answer);
      expect([answer.status, answer.body.error]).toEqual([coding === 'gzip' ? 400 : 415, 'invalid_request']);
    },
  );

  // RFC 9110 sections 9.1 and 15.5.6.
  it('tells which methods there are', async () => {
    const answer = await request(adobe.emulator.url).get('/ims/token/v3');
    checkImsAnswer(answer);
    expect([answer.status, answer.headers.allow]).toEqual([405, 'POST']);
    expect((await request(adobe.emulator.url).get('/ims/token/v9')).status).toBe(404);
    expect((await request(adobe.emulator.url).put(jobsPath)).headers.allow).toBe('GET, HEAD, POST');
  });
});
