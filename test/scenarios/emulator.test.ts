import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { checkAgainstAdobe } from '../support/adobe-openapi.ts';
import { startProgram } from '../support/program.ts';

const jobs = '/data/core/ups/export/jobs';

describe('the emulator, as Adobe', () => {
  let emulator: Emulator;
  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(() => emulator.close());

  const form = (fields: object) => request(emulator.url).post('/ims/token/v3').type('form').send(fields);
  const rightForm = () => ({
    grant_type: 'client_credentials',
    client_id: emulator.credential.clientId,
    client_secret: emulator.credential.clientSecret,
    scope: 'openid,AdobeID',
  });
  async function list(headers: Record<string, string>) {
    const answer = await request(emulator.url).get(jobs).set(headers);
    checkAgainstAdobe('GET', jobs, answer);
    return answer;
  }
  async function rightHeaders(): Promise<Record<string, string>> {
    const { body } = await form(rightForm());
    return {
      authorization: `Bearer ${body.access_token}`,
      'x-api-key': emulator.credential.clientId,
      'x-gw-ims-org-id': emulator.credential.orgId,
      'x-sandbox-name': 'prod',
    };
  }

  it('counts the life of a token in seconds', async () => {
    const { body, headers } = await form(rightForm());
    expect(body).toEqual({ access_token: expect.any(String), token_type: 'bearer', expires_in: 86_399 });
    expect(headers['x-debug-id']).toBeDefined();
  });

  it.each([
    ['client_id', 'invalid_client', 'invalid client_id parameter'],
    ['client_secret', 'invalid_client', 'invalid client_secret parameter'],
    ['scope', 'invalid_scope', 'invalid scope parameter'],
  ])('refuses a wrong %s', async (field, error, error_description) => {
    const { status, body } = await form({ ...rightForm(), [field]: 'wrong' });
    expect({ status, body }).toEqual({ status: 400, body: { error, error_description } });
  });

  it('refuses an assertion that is not signed with the right key', async () => {
    const { clientId, clientSecret } = emulator.credential;
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const unsigned = `${part({ alg: 'HS256' })}.${part({ iss: emulator.credential.orgId })}`;
    // The oldest trick: the public key as the secret of a symmetric signature.
    const forged = createHmac('sha256', emulator.credential.publicKey).update(unsigned).digest('base64url');
    const { status, body } = await request(emulator.url)
      .post('/ims/exchange/jwt/')
      .field({ client_id: clientId, client_secret: clientSecret, jwt_token: `${unsigned}.${forged}` });
    expect([status, body.error]).toEqual([400, 'invalid_token']);
  });

  it.each([
    ['authorization', undefined, 403, '403010'],
    ['authorization', 'Bearer unknown', 401, '401013'],
    ['x-api-key', undefined, 403, '403000'],
    ['x-api-key', 'wrong', 403, '403003'],
    ['x-gw-ims-org-id', undefined, 400, '400003'],
    ['x-gw-ims-org-id', 'OTHER@AdobeOrg', 403, '403025'],
  ])('checks %s: %s is answered with %d and %s', async (name, value, status, code) => {
    const { [name]: _right, ...others } = await rightHeaders();
    const headers = value === undefined ? others : { ...others, [name]: value };
    const answer = await list(headers);
    expect([answer.status, answer.body.error_code]).toEqual([status, code]);
  });

  it('knows its sandboxes', async () => {
    const headers = { ...(await rightHeaders()), 'x-sandbox-name': 'none' };
    const { status, body } = await list(headers);
    expect([status, body.errors['403'][0].code]).toEqual([403, 'UPAPI-113752-403']);
  });

  it('lets tokens expire and be revoked', async () => {
    const headers = await rightHeaders();
    expect((await list(headers)).status).toBe(200);
    emulator.clock.advance(86_399_000);
    expect((await list(headers)).status).toBe(401);
    const renewed = await rightHeaders();
    emulator.tokens.revokeAll();
    expect((await list(renewed)).status).toBe(401);
  });
});

describe('the emulator, by its control interface', () => {
  let emulator: Emulator;
  const control = () => request(emulator.url);
  beforeEach(async () => {
    emulator = await startEmulator();
  });
  afterEach(() => emulator.close());

  it('misbehaves for as many calls as it is asked to, and by route', async () => {
    const how = { kind: 'html', status: 502 };
    expect(
      (await control().post('/control/misbehaviours').send({ route: 'token', times: 2, how })).status,
    ).toBe(204);
    const statuses = [];
    for (let call = 0; call < 3; call += 1) statuses.push((await control().post('/ims/token/v3')).status);
    expect(statuses).toEqual([502, 502, 400]);
    await control().post('/control/misbehaviours').send({ how });
    await control().delete('/control/misbehaviours');
    expect((await control().post('/ims/token/v3')).status).toBe(400);
  });

  it('is late by its own clock', async () => {
    await control()
      .post('/control/misbehaviours')
      .send({ how: { kind: 'delay', ms: 60_000 } });
    const late = control()
      .post('/ims/token/v3')
      .then(({ status }) => status);
    while (emulator.requests.all('token').length === 0) await new Promise(setImmediate);
    await control().post('/control/clock').send({ ms: 60_000 });
    expect(await late).toBe(400);
  });

  it('says what is wrong with a command that it does not understand', async () => {
    const { status, text } = await control()
      .post('/control/misbehaviours')
      .send({ how: { kind: 'explode' } });
    expect([status, text]).toEqual([400, expect.stringContaining('how.kind')]);
  });

  it('tells what it received, and forgets it', async () => {
    await control().post('/ims/token/v3').type('form').send({ client_id: 'x' });
    const { body } = await control().get('/control/requests?route=token');
    expect(body).toEqual([
      expect.objectContaining({ route: 'token', method: 'POST', body: { client_id: 'x' } }),
    ]);
    await control().delete('/control/requests');
    expect((await control().get('/control/requests')).body).toEqual([]);
  });

  it('moves its clock, puts jobs there, decides their end and revokes tokens', async () => {
    expect((await control().post('/control/clock').send({ ms: 1000 })).body).toEqual({
      now: '2026-01-01T00:00:01.000Z',
    });
    expect((await control().put('/control/sandboxes/prod/jobs').send({ id: 7, status: 'NEW' })).status).toBe(
      204,
    );
    expect(emulator.jobs.find('prod', '7')).toEqual({ id: 7, status: 'NEW' });
    expect((await control().patch('/control/jobs/7').send({ ends: 'FAILED' })).status).toBe(204);
    expect((await control().patch('/control/jobs/8').send({ ends: 'FAILED' })).status).toBe(404);
    const token = emulator.tokens.issue(1000);
    await control().delete('/control/tokens');
    expect(emulator.tokens.honours(token)).toBe(false);
    expect((await control().get('/control/credential')).body).toEqual(emulator.credential);
  });
});

describe('npm run emulator', () => {
  it('prints what it accepts, and it does', async () => {
    await using program = startProgram('emulator/main.ts', { env: { EMULATOR_PORT: '0' } });
    await program.waitFor(/README/);
    const printed = (name: string) => new RegExp(`${name}=(\\S+)`).exec(program.output())?.[1] ?? '';
    const { body } = await request(printed('IMS_URL'))
      .post('/ims/token/v3')
      .type('form')
      .send({
        grant_type: 'client_credentials',
        client_id: printed('ADOBE_CLIENT_ID'),
        client_secret: printed('ADOBE_CLIENT_SECRET'),
        scope: 'openid',
      });
    expect(body.access_token).toBeDefined();
    program.process.kill('SIGTERM');
    expect(await program.ended()).toBe(0);
  });

  it('refuses a port that is not valid', async () => {
    await using program = startProgram('emulator/main.ts', { env: { EMULATOR_PORT: 'x' } });
    expect(await program.ended()).toBe(1);
    expect(program.output()).toContain('EMULATOR_PORT');
  });
});
