import { connect } from 'node:net';
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
  ])('refuses the query of %s, naming %s', async (path, parameters) => {
    const { body } = await service.send('GET', path);
    expect(body).toMatchObject({
      status: 400,
      code: 'invalid-parameters',
      owner: 'caller',
      instance: '/jobs',
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

  it.each([
    ['that is not HTTP', 'GET / HTTP/1.1\r\nno colon\r\n\r\n', 400, 'unreadable-request'],
    [
      'with too many headers',
      `GET / HTTP/1.1\r\nhost: x\r\ncookie: ${'x'.repeat(20_000)}\r\n\r\n`,
      431,
      'headers-too-large',
    ],
  ])('answers a request %s with a problem too', async (_name, request, status, code) => {
    const [head, body] = (await exchange(service.url, request)).split('\r\n\r\n');
    expect(head).toContain(`HTTP/1.1 ${status} `);
    expect(head).toContain('Content-Type: application/problem+json');
    expect(JSON.parse(body ?? '')).toMatchObject({ status, code });
  });
});

function exchange(url: string, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk) => {
      answer += chunk;
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(answer));
  });
}
