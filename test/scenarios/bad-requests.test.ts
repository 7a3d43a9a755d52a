import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

describe('requests that cannot be', () => {
  let service: ServiceUnderTest;
  beforeAll(async () => {
    service = await startServiceUnderTest();
  });
  afterAll(() => service.stop());

  // Whatever is refused here is refused before Adobe hears of it.
  afterEach(() => {
    expect(service.emulator.requests.all()).toEqual([]);
  });

  it.each([
    ['/jobs?limit=0', ['limit']],
    ['/jobs?limit=1001', ['limit']],
    ['/jobs?limit=ten', ['limit']],
    ['/jobs?limit=1e2', ['limit']],
    ['/jobs?limit=-1', ['limit']],
    ['/jobs?limit=', ['limit']],
    ['/jobs?status=SUCCEDED', ['status']],
    ['/jobs?status=PROCESSING', ['status']],
    ['/jobs?offset=', ['offset']],
    ['/jobs?page=2&sort=asc', ['page', 'sort']],
    ['/jobs?status=NEW&status=FAILED', ['status']],
    ['/jobs?limit=0&status=x&y=1', ['limit', 'status', 'y']],
    ['/jobs?__proto__=1', ['__proto__']],
    ['/jobs?limit=25?status=FAILED', ['limit']],
    ['/jobs/100?x=1', ['x']],
  ])('refuses the query of %s, naming %s', async (path, parameters) => {
    const { body } = await service.send('GET', path);
    expect(body).toMatchObject({
      status: 400,
      code: 'invalid-parameters',
      owner: 'caller',
      instance: path.split('?')[0],
    });
    expect(body.errors.map(({ parameter }: { parameter: string }) => parameter).sort()).toEqual(parameters);
  });

  it.each(['a.b', '%2e%2e%2fexport', 'x'.repeat(129), 'a%00b', 'ümlaut', '1;drop', '%2F'])(
    'refuses the id %s',
    async (id) => {
      for (const method of ['GET', 'DELETE']) {
        const { body } = await service.send(
          method,
          `/jobs/${encodeURI(decodeURIComponent(id)) === id ? id : encodeURIComponent(decodeURIComponent(id))}`,
        );
        expect(body).toMatchObject({
          status: 400,
          code: 'invalid-parameters',
          errors: [{ parameter: 'id' }],
        });
      }
    },
  );

  it('refuses a path that cannot be decoded', async () => {
    const { body } = await service.send('GET', '/jobs/%ZZ');
    expect(body).toMatchObject({ status: 400, code: 'invalid-parameters' });
  });

  it.each(['DEV', 'other', ' '])('refuses the sandbox «%s» that is not configured', async (sandbox) => {
    const { body } = await service.send('GET', '/jobs', { headers: { 'x-sandbox-name': sandbox } });
    expect(body).toMatchObject({ status: 403, code: 'sandbox-not-allowed', owner: 'caller' });
  });

  it.each(['/', '/job', '/Jobs', '/jobs/1/2', '/problems', '/problems/none', '/..%2f'])(
    'knows nothing at %s',
    async (path) => {
      const { body } = await service.send('GET', path);
      expect(body).toMatchObject({ status: 404, code: 'not-found', instance: path });
    },
  );

  it.each([
    ['PUT', '/jobs', 'GET, HEAD, POST'],
    ['DELETE', '/jobs', 'GET, HEAD, POST'],
    ['OPTIONS', '/jobs', 'GET, HEAD, POST'],
    ['POST', '/jobs/100', 'GET, HEAD, DELETE'],
    ['PATCH', '/jobs/100', 'GET, HEAD, DELETE'],
    ['POST', '/livez', 'GET, HEAD'],
    ['DELETE', '/readyz', 'GET, HEAD'],
    ['POST', '/openapi.json', 'GET, HEAD'],
    ['PUT', '/problems/job-not-found', 'GET, HEAD'],
  ])('does not know %s %s, and says what it knows', async (method, path, allow) => {
    const { body, headers } = await service.send(method, path);
    expect(body).toMatchObject({ status: 405, code: 'method-not-allowed' });
    expect(headers.allow).toBe(allow);
  });
});
