import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type How, json } from '../support/failing.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const raw = (body: string, status = 200): How => ({ kind: 'answer', status, body });
const marked = 'Export job has been marked for cancelling';

describe('a cancel that Platform answers with 2xx', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest();
  });
  afterAll(() => service.stop());
  afterEach(() => {
    service.emulator.misbehaviours.clear();
    service.emulator.clock.advance(60_000);
  });

  const cancel = (how: How) => {
    service.emulator.misbehaviours.add({ route: 'cancel', how });
    return service.send('DELETE', '/jobs/100');
  };

  it.each<[string, How]>([
    ['200 and nothing', { kind: 'empty', status: 200 }],
    ['202 and nothing', { kind: 'empty', status: 202 }],
    ['204', { kind: 'empty', status: 204 }],
    ['200 and blanks', raw(' \n')],
    ['status true', json(200, { status: true })],
    ['status true as a text', json(200, { status: 'true', message: 'Done' })],
    ['a message of cancelling alone', json(200, { message: marked })],
    ['that message as a JSON text', raw(JSON.stringify(marked))],
    ['the job that is being cancelled', json(202, { id: 100, status: 'CANCELLING' })],
  ])('is one: %s', async (_name, how) => {
    const { status, body } = await cancel(how);
    expect([status, body.cancelling]).toEqual([202, true]);
  });

  it.each<[string, How, object]>([
    [
      'an error of the gateway',
      json(200, { error_code: '403003', message: 'Api Key is invalid' }),
      { code: 'platform-refused-us', owner: 'operator', upstream: { code: '403003', status: 200 } },
    ],
    [
      'an error of the credential',
      json(200, { error_code: '401015', message: 'Scope mismatch' }),
      { code: 'platform-refused-us' },
    ],
    [
      'a map of errors',
      json(200, { errors: { 400: [{ code: 400, message: 'Job is final' }] }, requestId: 'r-1' }),
      { code: 'job-refused', detail: 'Job is final', upstream: { requestId: 'r-1' } },
    ],
    ['a map of errors: no such job', json(200, { errors: { 404: [{}] } }), { code: 'job-not-found' }],
    ['an error of usage', json(200, { error_code: '429001', message: 'm' }), { code: 'platform-throttled' }],
    ['a failure', json(200, { status: 503, title: 'Down' }), { code: 'platform-failed', retryable: true }],
    ['status false with a sentence', json(200, { status: false, message: 'no' }), { code: 'job-refused' }],
    [
      'status false',
      json(200, { status: false }),
      { code: 'job-refused', detail: 'Platform has not marked the job for cancelling.' },
    ],
    ['status false as a text', json(200, { status: 'false' }), { code: 'job-refused' }],
    [
      'a message that it cannot be cancelled',
      json(200, { message: 'The job cannot be cancelled' }),
      { code: 'platform-malformed', detail: expect.stringContaining('The job cannot be cancelled') },
    ],
    ['an array', raw('[]'), { code: 'platform-malformed' }],
    ['an empty object', raw('{}'), { code: 'platform-malformed' }],
    ['null', raw('null'), { code: 'platform-malformed' }],
    ['true', raw('true'), { code: 'platform-malformed' }],
    ['a text', raw('OK'), { code: 'platform-malformed' }],
    ['a page', { kind: 'html', status: 200 }, { code: 'platform-malformed' }],
    ['the job as it was', json(200, { id: 100, status: 'PROCESSING' }), { code: 'platform-malformed' }],
  ])('is none: %s', async (_name, how, problem) => {
    const answer = await cancel(how);
    expect(answer.body).toMatchObject({ ...problem, type: expect.stringMatching(/^\/problems\//) });
    expect(answer.text).not.toContain('has been marked');
  });
});

describe('an error that Platform sends with 200', () => {
  const error = { error_code: '403025', message: 'Profile is not valid' };
  const calls = [
    ['GET', '/jobs', 'list', undefined],
    ['GET', '/jobs/100', 'get', undefined],
    ['POST', '/jobs', 'create', { datasetId: 'd', allProfiles: true }],
    ['DELETE', '/jobs/100', 'cancel', undefined],
  ] as const;

  it.each(calls)('is that error to %s %s', async (method, path, route, body) => {
    await using service = await startServiceUnderTest();
    service.emulator.misbehaviours.add({ route, how: json(200, error) });
    const answer = await service.send(method, path, body ? { body } : {});
    expect(answer.body).toMatchObject({
      status: 502,
      code: 'platform-refused-us',
      owner: 'operator',
      retryable: false,
      upstream: { status: 200, code: '403025', messages: ['Profile is not valid'] },
    });
    expect(answer.body.detail).not.toContain('may have been started');
  });

  it.each(calls)(
    'is a refused token to %s %s, answered with a new one',
    async (method, path, route, body) => {
      await using service = await startServiceUnderTest();
      service.emulator.jobs.put('prod', { id: 100, status: 'NEW' });
      const refused = json(200, { error_code: '401013', message: 'Oauth token is not valid' });
      service.emulator.misbehaviours.add({ route, times: 1, how: refused });
      const answer = await service.send(method, path, body ? { body } : {});
      expect(answer.status).toBeLessThan(300);
      expect(service.emulator.requests.all(route)).toHaveLength(2);
    },
  );
});
