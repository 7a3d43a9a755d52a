import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { logged, notice } from '../support/creating.ts';
import { drive } from '../support/driving.ts';
import { type How, json } from '../support/failing.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const newJob = { datasetId: 'd', segments: ['s'] };
const path = '/data/core/ups/export/jobs/4711';

describe('a create whose answer does not show the job', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest();
    // From before any create of these tests, so that no search in the list takes it for theirs.
    const creationTime = service.emulator.clock.wallNow() - 3_600_000;
    service.emulator.jobs.put('prod', { id: 4711, status: 'NEW', creationTime });
  });
  afterAll(() => service.stop());
  afterEach(() => {
    service.emulator.misbehaviours.clear();
    service.emulator.requests.clear();
    service.emulator.clock.advance(60_000);
  });

  const create = (how: How) => {
    service.emulator.misbehaviours.add({ route: 'create', how });
    return service.send('POST', '/jobs', { body: newJob });
  };
  const answered = (status: number, headers: Record<string, string>, body?: unknown): How => ({
    kind: 'answer',
    status,
    headers,
    body,
  });
  /** The answer said nothing of a job that can be trusted, and neither did the list. */
  const expectNotConfirmed = (answer: Response) => {
    expect(answer.body).toMatchObject({ status: 504, code: 'create-not-confirmed', retryable: false });
    expect(answer.body.detail).toContain(notice);
    expect(answer.headers.location).toBeUndefined();
    expect(service.emulator.requests.all('create')).toHaveLength(1);
    expect(service.emulator.requests.all('list')).toHaveLength(1);
    expect(logged(service).error).toMatch(/^Platform answered create with .*; the list does not show it$/);
  };

  it.each<[string, () => How]>([
    ['200 and X-Location', () => answered(200, { 'X-Location': path })],
    ['201 and Location', () => answered(201, { Location: path })],
    ['202 and an absolute one', () => answered(202, { Location: `${service.emulator.url}${path}` })],
    ['a link as the gateway gives it', () => answered(201, { 'X-Location': '/export/jobs/4711/' })],
    ['a relative one (RFC 9110, 10.2.2)', () => answered(201, { Location: 'jobs/4711' })],
    ['an empty object beside it', () => answered(200, { 'X-Location': path }, {})],
    ['a page beside it', () => answered(201, { Location: path }, '<html></html>')],
    ['«see other» (RFC 9110, 15.4.4)', () => answered(303, { Location: path })],
    ['«found», as older servers say it', () => answered(302, { Location: path })],
    ['an id without a status', () => answered(200, {}, { id: 4711 })],
    ['an id as a text', () => answered(200, {}, { id: '4711', status: null })],
    ['an id in an array of one', () => answered(200, {}, [{ id: 4711, status: 'NEW' }])],
    ['an id in front of what is broken', () => answered(200, {}, '{"id":4711,"status":"NEW",}')],
  ])('is followed up by the id that it names: %s', async (_name, how) => {
    const { status, headers, body } = await create(how());
    expect([status, headers.location, body.id]).toEqual([201, '/jobs/4711', '4711']);
    expect(service.emulator.requests.all('create')).toHaveLength(1);
    expect(service.emulator.requests.all('list')).toHaveLength(0);
  });

  it.each([
    'https://elsewhere.example/data/core/ups/export/jobs/4711',
    '//elsewhere.example/data/core/ups/export/jobs/4711',
    '/data/core/ups/export/jobs/../4711',
    '/data/core/ups/export/jobs/%2e%2e%2f4711',
    '/data/core/ups/segment/jobs/4711',
    '/data/core/ups/export/jobs/',
    'http://user:secret@127.0.0.1/data/core/ups/export/jobs/4711',
    'http://[',
    '4711',
  ])('is not followed to %s', async (location) => {
    const answer = await create(answered(201, { Location: location, 'X-Request-Id': 'r-1' }));
    expectNotConfirmed(answer);
    expect(answer.body.upstream).toMatchObject({ requestId: 'r-1' });
    expect(service.emulator.requests.all('get')).toHaveLength(0);
  });

  it('says which job was started where that cannot be shown either', async () => {
    service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'empty', status: 500 } });
    const answer = await create(answered(201, { Location: path, 'X-Request-Id': 'r-1' }));
    expect(answer.status).toBe(502);
    expect(answer.headers.location).toBe('/jobs/4711');
    expect(answer.body).toMatchObject({
      code: 'platform-malformed',
      retryable: false,
      detail: 'Platform has not shown the job that it started. The export has been started: it is job 4711.',
      upstream: { requestId: 'r-1' },
    });
    expect(service.logLines().at(-1)).toMatchObject({ error: expect.stringContaining('4711') });
  });

  it('is not said to have started a job that a redirect names and nobody knows', async () => {
    const answer = await create(answered(303, { Location: path.replace('4711', '4712') }));
    expectNotConfirmed(answer);
  });

  it('is said to have started a job that Platform names and cannot show yet', async () => {
    const answer = await create(answered(201, { Location: path.replace('4711', '4712') }));
    expect([answer.body.retryable, answer.headers.location]).toEqual([false, '/jobs/4712']);
  });

  it('names what Platform says with 200 instead of a job', async () => {
    const errors = { 400: [{ code: 400, message: 'Dataset d is not enabled' }] };
    const answer = await create(json(200, { errors, requestId: 'r-1' }));
    expect(answer.body).toMatchObject({
      status: 422,
      code: 'job-refused',
      detail: 'Dataset d is not enabled',
      upstream: { requestId: 'r-1' },
    });
  });

  it('names what Platform says with 200 where nobody can tell what it means', async () => {
    const answer = await create(json(200, { errors: ['Something is odd'] }, { 'X-Request-Id': 'r-1' }));
    expectNotConfirmed(answer);
    expect(answer.body.upstream).toMatchObject({ messages: ['Something is odd'], requestId: 'r-1' });
    expect(logged(service).error).toContain('JSON that is not what it should be, at /id; ');
  });

  it('does not take an error’s own id for a job’s', async () => {
    const body = { id: 'e-7', error_code: '400100', message: 'No such dataset' };
    const answer = await create(json(200, body));
    expect(answer.body).toMatchObject({ code: 'job-refused', detail: 'No such dataset' });
  });

  it.each([
    ['a page of jobs', { records: [{ id: 4711, status: 'NEW' }] }],
    ['two jobs', [{ status: 'NEW' }, { id: 4711, status: 'NEW' }]],
  ])('is not guessed from %s', async (_name, body) => {
    const answer = await create(json(200, body));
    expectNotConfirmed(answer);
    expect(service.emulator.requests.all('get')).toHaveLength(0);
  });
});

it('a create and what follows it up take no longer together than the deadline', async () => {
  await using service = await startServiceUnderTest();
  service.emulator.misbehaviours.add({ route: 'create', how: { kind: 'delay', ms: 20_000 } });
  const headers = { 'X-Location': path };
  service.emulator.misbehaviours.add({ route: 'create', how: { kind: 'answer', status: 200, headers } });
  service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'hang' } });
  const creating = service.send('POST', '/jobs', { body: newJob });
  const { value, tookMs } = await drive(service, creating, { hangs: true });
  expect(value.body.detail).toContain('job 4711');
  expect(tookMs).toBeLessThanOrEqual(30_500);
});
