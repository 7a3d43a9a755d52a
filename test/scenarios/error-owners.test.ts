import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { problemCatalogue } from '../../src/problems/catalogue.ts';
import { pass, until } from '../support/driving.ts';
import { failWith, gateway, type How, json, type Operation } from '../support/failing.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { followJob, putJob } from '../support/watching.ts';

describe('who can do something about an error of Platform', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest();
  });
  afterAll(() => service.stop());
  afterEach(() => service.emulator.misbehaviours.clear());

  it.each<[string, Operation, How]>([
    ['a proxy that wants a credential', 'get', { kind: 'html', status: 407 }],
    ['no list where the list should be', 'list', { kind: 'html', status: 404 }],
    ['no list where the list should be, in JSON', 'list', json(404, { title: 'Not Found', status: 404 })],
    ['no place to start a job', 'create', { kind: 'empty', status: 404 }],
    ['no such resource of the gateway', 'create', gateway(404, '404000', 'Resource not found')],
    ['another server (RFC 9110, 15.5.20)', 'create', { kind: 'html', status: 421 }],
    ['a portal of a network (RFC 6585, 6)', 'list', { kind: 'html', status: 511 }],
    ['a method that is not allowed', 'cancel', { kind: 'empty', status: 405 }],
  ])('is the operator: %s', async (_name, operation, how) => {
    const { answer } = await failWith(service, operation, how);
    const { owner, retryable, code, detail } = answer.body;
    expect({ owner, retryable, code }).toEqual({
      owner: 'operator',
      retryable: false,
      code: 'platform-misconfigured',
    });
    expect(detail).not.toContain('may have been started');
    expect(problemCatalogue['platform-misconfigured'].cure).not.toContain('Try again');
  });

  it.each([404, 410, 412, 413, 415, 423])(
    'is the caller, told Platform’s sentence, for a create answered with %d',
    async (status) => {
      const body = { errors: { [status]: [{ code: status, message: 'Dataset not found' }] } };
      const { answer } = await failWith(service, 'create', json(status, body));
      expect(answer.body).toMatchObject({
        status: 422,
        code: 'job-refused',
        owner: 'caller',
        retryable: false,
        detail: 'Dataset not found',
      });
    },
  );

  it.each<Operation>(['get', 'cancel'])(
    'is the caller for a job that is gone (410): %s',
    async (operation) => {
      const { answer } = await failWith(service, operation, { kind: 'empty', status: 410 });
      expect(answer.body).toMatchObject({ status: 404, code: 'job-not-found' });
    },
  );

  it.each<[Operation, number]>([
    ['get', 404],
    ['cancel', 404],
    ['get', 410],
    ['get', 400],
  ])('is nobody here for a balancer’s page: %s answered with %d', async (operation, status) => {
    const { answer } = await failWith(service, operation, { kind: 'html', status });
    expect(answer.body).toMatchObject({ status: 502, code: 'platform-failed', retryable: true });
  });

  it('is told on the page of each problem, with its cause and cure', async () => {
    for (const [code, { title, status }] of Object.entries(problemCatalogue)) {
      const page = await service.send('GET', `/problems/${code}`);
      expect(page.status).toBe(200);
      expect(page.text).toContain(`<h1>${title}</h1>`);
      expect(page.text).toContain(`answered with status ${status}`);
      expect(page.text).toMatch(/<dt>Cause<\/dt><dd>.+<dt>Cure<\/dt><dd>.+<dt>Who can fix it<\/dt><dd>/s);
    }
  });

  it('finds on the page of a refusal what each code of Platform is about', async () => {
    const { text } = await service.send('GET', '/problems/platform-refused-us');
    for (const code of ['401013', '403000', '403003', '403010', '403020', '403025', 'UPAPI-…-403']) {
      expect(text).toContain(code);
    }
    expect(text).toContain('<code>ADOBE_ORG_ID</code>');
  });
});

describe('a stream of events', () => {
  it('goes on after a balancer’s 404', async () => {
    await using service = await startServiceUnderTest({ cache: 'asConfigured' });
    putJob(service);
    using stream = await followJob(service, '7');
    await until(() => stream.events().length === 1);
    service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'html', status: 404 } });
    await pass(service, 5_000);
    service.emulator.misbehaviours.clear();
    putJob(service, { status: 'SUCCEEDED' });
    await pass(service, 60_000);
    await until(() => stream.state() === 'ended');
    expect(stream.told()).toEqual(['job PROCESSING', 'trouble', 'recovered', 'job SUCCEEDED', 'done']);
  });

  it('ends when Platform itself says that there is no such job any more', async () => {
    await using service = await startServiceUnderTest({ cache: 'asConfigured' });
    putJob(service);
    using stream = await followJob(service, '7');
    await until(() => stream.events().length === 1);
    service.emulator.misbehaviours.add({ route: 'get', how: { kind: 'empty', status: 410 } });
    await pass(service, 5_000);
    await until(() => stream.state() === 'ended');
    expect(stream.events().at(-1)).toMatchObject({ event: 'trouble', data: { code: 'job-not-found' } });
  });
});
