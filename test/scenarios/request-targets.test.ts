import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sendRaw } from '../support/raw.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

/** The forms of https://www.rfc-editor.org/rfc/rfc9112#section-3.2 */
describe('the target of a request', () => {
  let service: ServiceUnderTest;
  let lagMs = 0;
  beforeEach(async () => {
    lagMs = 0;
    service = await startServiceUnderTest({ load: { lagMs: () => lagMs, close() {} } });
  });
  afterEach(() => service.stop());

  const ask = async (target: string, { method = 'GET', host = 'localhost' } = {}) => {
    const head = `${method} ${target} HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`;
    const answer = await sendRaw(service.url, head);
    return { ...answer, body: JSON.parse(answer.body) };
  };

  it.each([
    'http://localhost/nothing',
    'HTTPS://localhost:8443/jobs/100?x=1',
    'http://localhost/jobs?x=1',
    'http://localhost/jobs/404',
    'http://localhost/jobs/404-and-a-rest-that-is-longer-than-the-host',
    'http://localhost/jobs/404/nothing',
  ])('counts as its path where it is %s', async (target) => {
    const { pathname, search } = new URL(target);
    const absolute = await ask(target);
    const plain = await ask(`${pathname}${search}`);
    const { requestId: _one, upstream: _its, ...told } = absolute.body;
    const { requestId: _other, upstream: _others, ...expected } = plain.body;
    expect([absolute.status, told]).toEqual([plain.status, expected]);
    expect(told.instance).toBe(pathname);
    expect(service.logLines().at(-2)?.route).toBe(service.logLines().at(-1)?.route);
  });

  it.each(['http://localhost/jobs', 'http://localhost/jobs?limit=1', '/jobs', 'HTTPS://localhost/jobs/1'])(
    'is shed under load where it is %s',
    async (target) => {
      lagMs = 60_000;
      expect(await ask(target)).toMatchObject({ status: 503, body: { code: 'overloaded' } });
      expect(service.emulator.requests.all()).toEqual([]);
    },
  );

  it('is not shed where it is the absolute form of health', async () => {
    lagMs = 60_000;
    expect((await ask('http://localhost/livez')).status).toBe(200);
  });

  it('is the root where it names nothing but a host', async () => {
    expect((await ask('http://localhost')).body).toMatchObject({ status: 404, instance: '/' });
    expect((await ask('http://localhost?limit=1')).body).toMatchObject({ status: 404, instance: '/' });
  });

  it('takes the place of the Host header, which has to be valid all the same (3.2.2)', async () => {
    expect((await ask('http://localhost/livez', { host: 'other.example' })).status).toBe(200);
    for (const [target, host] of [
      ['http://user@localhost/livez', 'localhost'],
      ['http:///livez', 'localhost'],
      ['http://localhost/livez', 'a b/@'],
    ] as const) {
      expect(await ask(target, { host })).toMatchObject({
        status: 400,
        body: { code: 'unreadable-request' },
      });
    }
  });

  it('may be the server as a whole for OPTIONS only (3.2.4)', async () => {
    const { status, headers, body } = await ask('*', { method: 'OPTIONS' });
    expect([status, headers.allow, body.code]).toEqual([
      405,
      'get, head, post, delete',
      'method-not-allowed',
    ]);
    expect(await ask('*')).toMatchObject({ status: 400, body: { code: 'unreadable-request' } });
  });

  it.each(['localhost:80', 'jobs', '?limit=1', '#'])(
    'cannot be %s, which is none of the forms',
    async (target) => {
      expect(await ask(target)).toMatchObject({ status: 400, body: { code: 'unreadable-request' } });
    },
  );

  it('is a path also where that begins with two slashes: no host is read from it', async () => {
    expect(await ask('//localhost/livez')).toMatchObject({
      status: 404,
      body: { instance: '//localhost/livez' },
    });
  });
});
