import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { failWith, gateway, type How, json } from '../support/failing.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

describe('what Platform says of an error', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest({ platform: { headersTimeoutMs: 200, bodyTimeoutMs: 200 } });
  });
  afterAll(() => service.stop());
  beforeEach(() => {
    service.emulator.misbehaviours.clear();
    // Past every pause that a Retry-After has asked for.
    service.emulator.clock.advance(3_600_000);
  });

  it.each([
    ['7', '7'],
    ['3244', '3244'],
    ['a date in a minute', '60'],
    [undefined, '30'],
  ])('passes on a Retry-After of %s as %s seconds', async (given, expected) => {
    const inAMinute = new Date(service.emulator.clock.wallNow() + 60_000).toUTCString();
    const headers =
      given === undefined ? {} : { 'Retry-After': given.startsWith('a date') ? inAMinute : given };
    const { answer } = await failWith(service, 'get', gateway(429, '429001', 'Too many requests', headers));
    expect(answer.headers['retry-after']).toBe(expected);
  });

  it("passes on the gateway's misspelt Retry_After of a 503 with an empty body", async () => {
    const { answer } = await failWith(service, 'get', {
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
      { code: 'UPAPI-113752-403', messages: ['one', 'two'], requestId: 'LlTm' },
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
    const { answer } = await failWith(service, 'get', json(400, body, { 'x-request-id': 'adobe-1' }));
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
    const { answer } = await failWith(service, 'get', how);
    expect(answer.body.upstream).toEqual({ service: 'platform', status: 500 });
  });

  it("tells the caller Platform's own sentence about a job that it refuses", async () => {
    const { answer } = await failWith(
      service,
      'create',
      json(400, { errors: { 400: [{ code: 400, message: 'Dataset d is not enabled for Profile' }] } }),
    );
    expect(answer.body.detail).toBe('Dataset d is not enabled for Profile');
  });

  it('does not take a cancel for done that Platform answers with status false', async () => {
    const { answer } = await failWith(
      service,
      'cancel',
      json(200, { status: false, message: 'The job has ended' }),
    );
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
