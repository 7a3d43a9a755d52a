import { request as httpRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { errorShapes } from '../../emulator/error-shapes.ts';
import type { Misbehaviour } from '../../emulator/misbehaviour.ts';
import { type EmulatorUnderTest, jobsPath, startEmulatorUnderTest } from '../support/emulator-under-test.ts';

let adobe: EmulatorUnderTest;
beforeEach(async () => {
  adobe = await startEmulatorUnderTest();
});
afterEach(() => adobe.emulator.close());

const misbehave = (how: object) => request(adobe.emulator.url).post('/control/misbehaviours').send({ how });
const expectSentence = ({ type, text }: request.Response) => {
  expect(type).toBe('text/plain');
  expect(text).toContain('emulator/README.md');
  expect(text).not.toMatch(/<html|\n {4}at |node_modules/);
};

describe('a misbehaviour of the emulator', () => {
  it.each(errorShapes)('shows the error shape %s, with any status', async (shape) => {
    expect((await misbehave({ kind: 'error-shape', shape })).status).toBe(204);
    const { status, headers, text } = await request(adobe.emulator.url).get(jobsPath);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(headers['x-request-id']).toBeDefined();
    if (shape === 'empty') expect(text).toBe('');
    else expect(Object.keys(JSON.parse(text)).length).toBeGreaterThan(0);
    adobe.emulator.misbehaviours.clear();
    adobe.emulator.misbehaviours.add({ how: { kind: 'error-shape', shape, status: 418 } });
    expect((await request(adobe.emulator.url).get(jobsPath)).status).toBe(418);
  });

  it('quotes the organization where Adobe does', async () => {
    for (const shape of ['permission', 'internal'] as const) {
      adobe.emulator.misbehaviours.add({ times: 1, how: { kind: 'error-shape', shape } });
      expect((await request(adobe.emulator.url).get(jobsPath)).text).toContain(
        adobe.emulator.credential.orgId,
      );
    }
  });

  it.each(['gzip', 'deflate', 'br'] as const)(
    'sends the right answer as %s, and one of your own',
    async (coding) => {
      const encoded: Misbehaviour = { times: 2, how: { kind: 'encoded', coding } };
      adobe.emulator.misbehaviours.add(encoded);
      const right = await adobe.ask('GET', '', { headers: { 'accept-encoding': 'identity' } });
      expect([right.headers['content-encoding'], right.body.records]).toEqual([coding, []]);
      const { headers, body, status } = await adobe.ask('GET', '', {
        headers: { authorization: 'Bearer x' },
      });
      expect([headers['content-encoding'], status, body.error_code]).toEqual([coding, 401, '401013']);
      adobe.emulator.misbehaviours.add({ how: { kind: 'answer', status: 200, body: { id: 7 }, coding } });
      const own = await request(adobe.emulator.url).get(`${jobsPath}/7`);
      expect([own.headers['content-encoding'], own.body]).toEqual([coding, { id: 7 }]);
    },
  );

  it.each([100, 102, 103] as const)('says %d before the answer, which nobody asked for', async (status) => {
    adobe.emulator.misbehaviours.add({ how: { kind: 'informational', status } });
    const seen: (number | undefined)[] = [];
    const last = await new Promise((resolve, reject) => {
      const call = httpRequest(`${adobe.emulator.url}${jobsPath}`, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      });
      call.on('continue', () => seen.push(100));
      call.on('information', ({ statusCode }) => seen.push(statusCode));
      call.on('error', reject);
      call.end();
    });
    expect([[...new Set(seen)], last]).toEqual([[status], 403]);
  });

  it('does what was asked for and says so without a body: a create by its X-Location, a cancel by 204', async () => {
    const { url, credential, tokens, misbehaviours, jobs } = adobe.emulator;
    const headers = {
      authorization: `Bearer ${tokens.issue(1000)}`,
      'x-api-key': credential.clientId,
      'x-gw-ims-org-id': credential.orgId,
      'x-sandbox-name': 'prod',
    };
    misbehaviours.add({ route: 'create', how: { kind: 'empty-success', status: 202 } });
    misbehaviours.add({ route: 'cancel', how: { kind: 'empty-success' } });
    const job = { destination: { datasetId: 'd' }, schema: { name: 's' } };
    const created = await request(url).post(jobsPath).set(headers).send(job);
    expect([created.status, created.text, created.headers['x-location']]).toEqual([
      202,
      '',
      '/export/jobs/101',
    ]);
    const cancelled = await request(url).delete(`${jobsPath}/101`).set(headers);
    expect([cancelled.status, cancelled.text, jobs.find('prod', '101')?.status]).toEqual([
      204,
      '',
      'CANCELLING',
    ]);
    const refused = await request(url).post(jobsPath).set(headers).send({});
    expect([refused.status, refused.body.status]).toEqual([400, 400]);
  });

  it('can be late, encoded and of another status at once', async () => {
    adobe.emulator.misbehaviours.add({ how: { kind: 'encoded' } });
    adobe.emulator.misbehaviours.add({ how: { kind: 'delay', ms: 1000 } });
    adobe.emulator.misbehaviours.add({ how: { kind: 'answer', status: 500, body: { message: 'x' } } });
    const late = request(adobe.emulator.url)
      .get(jobsPath)
      .then(({ status, headers }) => [status, headers['content-encoding']]);
    while (adobe.emulator.clock.alarms() === 0) await new Promise(setImmediate);
    adobe.emulator.clock.advance(1000);
    expect(await late).toEqual([500, 'gzip']);
  });
});

describe('the control interface', () => {
  const control = () => request(adobe.emulator.url);

  it.each([
    ['JSON that is broken', () => control().post('/control/misbehaviours').send('{"how":')],
    ['no body', () => control().post('/control/misbehaviours')],
    ['a body that is no object', () => control().put('/control/sandboxes/prod/jobs').send('7')],
    ['an unknown route', () => control().get('/control/requests?route=x')],
    ['a route twice', () => control().get('/control/requests?route=get&route=list')],
    ['a time that no calendar has', () => control().post('/control/clock').send({ ms: 1e300 })],
    ['a time backwards', () => control().post('/control/clock').send({ ms: -1 })],
    [
      'a header that cannot be sent',
      () => misbehave({ kind: 'answer', status: 200, headers: { 'x-a': 'line\nbreak' } }),
    ],
    ['a header without a name', () => misbehave({ kind: 'answer', status: 200, headers: { '': 'x' } })],
    ['an unknown shape', () => misbehave({ kind: 'error-shape', shape: 'x' })],
    ['an unknown path', () => control().get('/control/x')],
    ['an unknown method', () => control().put('/control/clock')],
    ['a path that cannot be decoded', () => control().patch('/control/jobs/%zz').send({ ends: 'FAILED' })],
  ])('answers %s with a sentence', async (_name, send) => {
    const answer = await send();
    expectSentence(answer);
    expect([400, 404]).toContain(answer.status);
  });

  it('moves the clock as far as there are dates, and still tells the date', async () => {
    const statuses = [];
    for (let time = 0; time < 3; time += 1) {
      statuses.push((await control().post('/control/clock').send({ ms: 4e15 })).status);
    }
    expect(statuses).toEqual([200, 200, 400]);
    const { headers } = await adobe.ask('GET', '', { headers: { authorization: '' } });
    expect(Date.parse(String(headers.date))).not.toBeNaN();
  });
});

describe('inputs from the trackers of other stand-ins', () => {
  // https://github.com/mockoon/mockoon/issues/689: a query that cannot be decoded ended the process.
  it.each(['test=%3C%%3D4242%20%%3E', '%', 'limit=%zz'])('answers the query «%s»', async (query) => {
    const answer = await adobe.ask('GET', `?${query}`);
    expect([200, 400]).toContain(answer.status);
  });

  // https://github.com/httptoolkit/mockttp/issues/38: the length was counted in characters.
  it('counts the length of an answer in bytes', async () => {
    adobe.emulator.jobs.put('prod', { id: 7, status: 'NEW', profileInstanceId: '🐶' });
    const { headers, text, body } = await adobe.ask('GET', '/7');
    expect([headers['content-length'], body.profileInstanceId]).toEqual([
      String(Buffer.byteLength(text)),
      '🐶',
    ]);
    const how = { kind: 'answer', status: 200, body: { id: '🐶' } };
    await misbehave(how);
    expect((await request(adobe.emulator.url).get(jobsPath)).body).toEqual(how.body);
  });

  // https://github.com/Greenstand/treetracker-wallet-api/issues/187: a page with a stack for one character.
  it.each([
    '/%',
    '/ims/%',
    '/ims/token/v3%',
    '/data/core/ups/export/jobs%',
    '/data/core/ups/export/jobs/%/x',
  ])('answers the path %s with JSON', async (path) => {
    const { status, type, body } = await request(adobe.emulator.url).get(path);
    expect([400, 404]).toContain(status);
    expect([type, typeof body]).toEqual(['application/json', 'object']);
  });

  // https://github.com/AdobeDocs/adobe-dev-console/issues/124: a project that has been converted to OAuth.
  it('can say what IMS says to the assertion of a project that was converted', async () => {
    const body = { error: 'internal_error', error_description: 'Please try again later' };
    adobe.emulator.misbehaviours.add({ route: 'jwt', how: { kind: 'answer', status: 500, body } });
    const query = 'client_id=a&client_secret=b&jwt_token=c';
    const answer = await request(adobe.emulator.url).post(`/ims/exchange/jwt/?${query}`);
    expect([answer.status, answer.body]).toEqual([500, body]);
  });
});
