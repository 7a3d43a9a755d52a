import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Misbehaviour } from '../../emulator/misbehaviour.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

type How = Misbehaviour['how'];
const json = (status: number, body: object, headers: Record<string, string> = {}): How => ({
  kind: 'answer',
  status,
  headers,
  body,
});
const gateway = (status: number, error_code: string, message = 'said so', headers?: Record<string, string>) =>
  json(status, { error_code, message }, headers);

const newJob = { datasetId: 'd', segments: ['s'] };
const calls = {
  list: ['GET', '/jobs', undefined],
  get: ['GET', '/jobs/100', undefined],
  create: ['POST', '/jobs', newJob],
  cancel: ['DELETE', '/jobs/100', undefined],
} as const;
type Operation = keyof typeof calls;

describe('what Platform does, and the problem that callers get', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest({ platform: { headersTimeoutMs: 200, bodyTimeoutMs: 200 } });
  });
  afterAll(() => service.stop());
  beforeEach(() => service.emulator.misbehaviours.clear());

  async function failWith(route: Operation, how: How) {
    service.emulator.requests.clear();
    service.emulator.misbehaviours.add({ route, how });
    const [method, path, body] = calls[route];
    const answer = await service.send(method, path, body ? { body } : {});
    expect(answer.type).toBe('application/problem+json');
    expect(answer.body).toMatchObject({ status: answer.status, requestId: answer.headers['x-request-id'] });
    return { answer, upstreamCalls: service.emulator.requests.all(route).length };
  }

  // One row for each row of the contract's table, and for each oddity that platform's own documents name.
  it.each<[string, Operation, How, number, string, 'caller' | 'operator' | 'platform', boolean]>([
    [
      '400 on create',
      'create',
      json(400, { code: '400', message: 'no such dataset' }),
      422,
      'job-refused',
      'caller',
      false,
    ],
    [
      '409 on cancel',
      'cancel',
      json(409, { code: '409', message: 'has ended' }),
      422,
      'job-refused',
      'caller',
      false,
    ],
    ['404 on get', 'get', json(404, { status: 404, title: 'gone' }), 404, 'job-not-found', 'caller', false],
    ['404 on cancel', 'cancel', { kind: 'empty', status: 404 }, 404, 'job-not-found', 'caller', false],
    ['404 on list', 'list', { kind: 'html', status: 404 }, 502, 'platform-failed', 'platform', true],
    ['401 of scope', 'get', gateway(401, '401015'), 502, 'platform-refused-us', 'operator', false],
    [
      '401 without a body',
      'get',
      { kind: 'empty', status: 401 },
      502,
      'platform-refused-us',
      'operator',
      false,
    ],
    ['403 of the API key', 'list', gateway(403, '403003'), 502, 'platform-refused-us', 'operator', false],
    ['403 of the profile', 'create', gateway(403, '403025'), 502, 'platform-refused-us', 'operator', false],
    [
      '400 of a missing header',
      'list',
      gateway(400, '400003'),
      502,
      'platform-refused-us',
      'operator',
      false,
    ],
    ['403 that passes', 'get', gateway(403, '503020'), 502, 'platform-failed', 'platform', true],
    ['429', 'create', gateway(429, '429050'), 503, 'platform-throttled', 'platform', true],
    ['500', 'get', json(500, { errorMessage: 'oops' }), 502, 'platform-failed', 'platform', true],
    ['502 in HTML', 'list', { kind: 'html' }, 502, 'platform-failed', 'platform', true],
    ['503 without a body', 'cancel', { kind: 'empty' }, 502, 'platform-failed', 'platform', true],
    ['500 on create', 'create', json(500, {}), 502, 'platform-failed', 'platform', false],
    ['200 in HTML', 'get', { kind: 'html', status: 200 }, 502, 'platform-malformed', 'platform', true],
    [
      '200 in HTML on create',
      'create',
      { kind: 'html', status: 200 },
      502,
      'platform-malformed',
      'platform',
      false,
    ],
    [
      '200 without a body',
      'list',
      { kind: 'empty', status: 200 },
      502,
      'platform-malformed',
      'platform',
      true,
    ],
    ['a job without id', 'get', json(200, { status: 'NEW' }), 502, 'platform-malformed', 'platform', true],
    [
      'an id past 2^53',
      'get',
      json(200, { id: 2 ** 60, status: 'NEW' }),
      502,
      'platform-malformed',
      'platform',
      true,
    ],
    ['a list without records', 'list', json(200, {}), 502, 'platform-malformed', 'platform', true],
    [
      'a redirect',
      'get',
      { kind: 'answer', status: 302, headers: { location: '/elsewhere' } },
      502,
      'platform-malformed',
      'platform',
      true,
    ],
    ['over 5 MB', 'list', { kind: 'endless-body' }, 502, 'platform-malformed', 'platform', true],
    ['a reset', 'get', { kind: 'reset' }, 502, 'platform-unreachable', 'platform', true],
    ['a reset on create', 'create', { kind: 'reset' }, 502, 'platform-unreachable', 'platform', false],
    ['half a body', 'list', { kind: 'half-body' }, 502, 'platform-unreachable', 'platform', true],
    ['no answer', 'get', { kind: 'hang' }, 504, 'platform-timed-out', 'platform', true],
    ['no answer to a create', 'create', { kind: 'hang' }, 504, 'platform-timed-out', 'platform', false],
    ['a body that stops', 'get', { kind: 'hang-in-body' }, 504, 'platform-timed-out', 'platform', true],
  ])('%s: %s', async (_name, route, how, status, code, owner, retryable) => {
    const { answer, upstreamCalls } = await failWith(route, how);
    expect(answer.body).toMatchObject({ status, code, owner, retryable, type: `/problems/${code}` });
    expect(upstreamCalls).toBe(1);
    const line = service.logLines().at(-1);
    expect(line).toMatchObject({ status, code, upstreamCalls: 1, requestId: answer.body.requestId });
  });

  it('says of a create that may have been carried out what to do before trying again', async () => {
    const { answer } = await failWith('create', { kind: 'reset' });
    expect(answer.body.detail).toContain('look into the list of jobs before trying again');
  });

  it.each([
    ['7', '7'],
    ['3244', '3244'],
    ['Thu, 01 Jan 2026 00:01:00 GMT', '60'],
    [undefined, '30'],
  ])('passes on a Retry-After of %s as %s seconds', async (given, expected) => {
    const headers = given === undefined ? {} : { 'Retry-After': given };
    const { answer } = await failWith('get', gateway(429, '429001', 'Too many requests', headers));
    expect(answer.headers['retry-after']).toBe(expected);
  });

  it("passes on the gateway's misspelt Retry_After of a 503 with an empty body", async () => {
    const { answer } = await failWith('get', {
      kind: 'answer',
      status: 503,
      headers: { Retry_After: '300s' },
    });
    expect(answer.headers['retry-after']).toBe('300');
  });

  it.each<[string, object, object]>([
    [
      'gateway',
      { error_code: '403003', message: 'Api Key is invalid' },
      { code: '403003', messages: ['Api Key is invalid'] },
    ],
    [
      'profile service',
      {
        requestId: 'LlTm',
        errors: {
          '400': [
            { code: 400, message: 'one' },
            { code: 'UPAPI-113752-403', message: 'two' },
          ],
        },
        type: 'https://ns.adobe.com/aep/errors/UPLIB-101554-503',
        title: 'Bad',
        status: 400,
      },
      { code: '400', messages: ['one', 'two'], requestId: 'LlTm' },
    ],
    [
      'registry',
      {
        type: 'http://ns.adobe.com/aep/errors/XDM-1010-404',
        title: 'Resource not found',
        status: 404,
        report: { registryRequestId: 'r-1', 'detailed-message': 'No such schema' },
        'error-chain': [{ errorCode: 'XDM-1010' }],
      },
      { code: 'XDM-1010', messages: ['Resource not found', 'No such schema'], requestId: 'r-1' },
    ],
    [
      'problem',
      {
        status: 404,
        title: 'Missing',
        type: 'http://ns.adobe.com/adobecloud/problem/missing-entity',
        detail: 'job 5',
      },
      { code: 'missing-entity', messages: ['Missing', 'job 5'] },
    ],
    ['flat', { code: '400', message: 'flatly no' }, { code: '400', messages: ['flatly no'] }],
    ['flat errorMessage', { errorMessage: 'no' }, { messages: ['no'] }],
    ['unknown', { something: 'else' }, {}],
  ])('reads the %s shape of an error', async (_name, body, upstream) => {
    const { answer } = await failWith('get', json(400, body, { 'x-request-id': 'adobe-1' }));
    expect(answer.body.upstream).toEqual({
      service: 'platform',
      status: 400,
      requestId: 'adobe-1',
      ...upstream,
    });
  });

  it.each<How>([
    { kind: 'html', status: 500 },
    { kind: 'empty', status: 500 },
  ])('reads an error without a shape', async (how) => {
    const { answer } = await failWith('get', how);
    expect(answer.body.upstream).toEqual({ service: 'platform', status: 500 });
  });

  it("tells the caller Platform's own sentence about a job that it refuses", async () => {
    const { answer } = await failWith(
      'create',
      json(400, { errors: { 400: [{ code: 400, message: 'Dataset d is not enabled for Profile' }] } }),
    );
    expect(answer.body.detail).toBe('Dataset d is not enabled for Profile');
  });

  it('does not take a cancel for done that Platform answers with status false', async () => {
    const { answer } = await failWith('cancel', json(200, { status: false, message: 'The job has ended' }));
    expect(answer.body).toMatchObject({ status: 422, code: 'job-refused', detail: 'The job has ended' });
  });

  it('lets no header of Platform through, neither on success nor on errors', async () => {
    const headers = {
      'x-internal': 'secret',
      'set-cookie': 'a=b',
      server: 'upstream',
      'x-gw-ims-org-id': 'org',
    };
    for (const how of [json(200, { id: 100, status: 'NEW' }, headers), json(500, {}, headers)]) {
      service.emulator.misbehaviours.clear();
      service.emulator.misbehaviours.add({ route: 'get', how });
      const answer = await service.send('GET', '/jobs/100');
      for (const name of Object.keys(headers)) expect(answer.headers[name]).toBeUndefined();
    }
  });
});

describe('a Platform that is not there', () => {
  it('is platform-unreachable, and even a create may be tried again, because nothing was sent', async () => {
    await using service = await startServiceUnderTest({ env: { PLATFORM_URL: 'http://127.0.0.1:9' } });
    const answer = await service.send('POST', '/jobs', { body: newJob });
    expect(answer.body).toMatchObject({ status: 502, code: 'platform-unreachable', retryable: true });
  });
});
