import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { sendRaw } from '../support/raw.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { putJob } from '../support/watching.ts';

let service: ServiceUnderTest;
beforeAll(async () => {
  service = await startServiceUnderTest();
  putJob(service);
});
beforeEach(() => service.emulator.requests.clear());
afterAll(() => service.stop());

const raw = (method: string, path: string, ...lines: string[]) =>
  sendRaw(
    service.url,
    [`${method} ${path} HTTP/1.1`, 'host: localhost', ...lines, 'connection: close', '', ''].join('\r\n'),
  );

describe('every path', () => {
  const paths = [
    ['/jobs', 'get, head, post'],
    ['/jobs/7', 'get, head, delete'],
    ['/jobs/7/events', 'get'],
    ['/livez', 'get, head'],
    ['/readyz', 'get, head'],
    ['/openapi.json', 'get, head'],
    ['/problems/job-not-found', 'get, head'],
    ['/problems/none', 'get, head'],
  ] as const;

  // QUERY: draft-ietf-httpbis-safe-method-w-body; PROPFIND and REPORT: RFC 4918 and 3253; TRACE must reflect nothing here (RFC 9110, 9.3.8).
  it.each(paths)('%s answers methods that it does not have with 405 and Allow: %s', async (path, allow) => {
    for (const method of [
      'PUT',
      'PATCH',
      'OPTIONS',
      'TRACE',
      'QUERY',
      'PROPFIND',
      'REPORT',
      'PURGE',
      'LOCK',
      'M-SEARCH',
    ]) {
      const { status, headers, body } = await raw(method, path, 'x-secret-of-the-caller: s3cret');
      expect([method, status, headers.allow]).toEqual([method, 405, allow]);
      expect(JSON.parse(body).code).toBe('method-not-allowed');
      expect(body).not.toContain('s3cret');
    }
    expect(service.emulator.requests.all()).toEqual([]);
  });

  it.each(paths)('%s answers HEAD as GET, and without a body', async (path, allow) => {
    const { status, headers, body } = await raw('HEAD', path);
    expect(body).toBe('');
    if (!allow.includes('head')) expect([status, headers.allow]).toEqual([405, allow]);
    else {
      const got = await raw('GET', path);
      expect([status, headers['content-type']]).toEqual([got.status, got.headers['content-type']]);
    }
  });

  // Methods are case-sensitive (RFC 9110, 9.1).
  it.each(['get', 'Get', 'FROBNICATE', 'GETT', ' GET'])('does not know the method «%s»', async (method) => {
    const { status } = await raw(method, '/livez');
    expect(status).toBe(400);
  });

  it('that is none is 404 for every method, without Allow', async () => {
    for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE']) {
      const { status, headers } = await raw(method, '/none');
      expect([status, headers.allow]).toEqual([404, undefined]);
    }
  });
});

describe('what a caller would rather have', () => {
  // A server may send what it has to a caller that accepts something else (RFC 9110, 12.5.1).
  it.each(['text/html', 'application/xml', 'application/json;q=0', 'image/*', '', ';;;', '*/*;q=0'])(
    'is JSON all the same with Accept: %s, for there is no 406 here',
    async (accept) => {
      for (const [path, type] of [
        ['/jobs/7', 'application/json'],
        ['/jobs/none', 'application/problem+json'],
      ] as const) {
        const { type: got } = await service.send('GET', path, { headers: { accept } });
        expect(got).toBe(type);
      }
    },
  );

  it.each(['text/event-stream', 'application/json', 'text/html;q=0.1'])(
    'is a stream at a stream’s path with Accept: %s',
    async (accept) => {
      service.emulator.jobs.put('prod', { id: 8, status: 'SUCCEEDED' });
      const { status, type } = await service.send('GET', '/jobs/8/events', { headers: { accept } });
      expect([status, type]).toEqual([200, 'text/event-stream']);
    },
  );

  // RFC 9110, 14.2: a server may ignore Range. It must not say 206 or 416 then.
  it.each(['bytes=0-1', 'bytes=-5', 'bytes=999999-', 'lines=1-2', 'bytes=5-1', 'x'])(
    'is all of it with Range: %s',
    async (range) => {
      const { etag } = (await service.send('GET', '/jobs/7')).headers;
      for (const headers of [{ range }, { range, 'if-range': String(etag) }, { range, 'if-range': '"x"' }]) {
        const answer = await service.send('GET', '/jobs/7', { headers });
        expect([answer.status, answer.body.id]).toEqual([200, '7']);
        expect(answer.headers).not.toHaveProperty('content-range');
      }
    },
  );

  it.each([
    ['TE: trailers, deflate;q=0.5'],
    ['TE: gzip;q=1.0'],
    ['Accept-Encoding: gzip, br, zstd'],
    ['Accept-Encoding: identity;q=0, *;q=0'],
    ['Accept-Charset: utf-16'],
    ['Accept-Language: tlh'],
    ['Prefer: return=minimal, handling=strict'],
  ])('changes nothing of how an answer is sent: %s', async (line) => {
    const { status, headers, body } = await raw('GET', '/jobs/7', line);
    expect([status, headers['content-encoding'], headers['transfer-encoding']]).toEqual([
      200,
      undefined,
      undefined,
    ]);
    expect(JSON.parse(body).id).toBe('7');
  });
});

describe('a path of the caller’s making', () => {
  it.each(['/<script>alert(1)</script>', '/"onload="x', "/a'b<c>", '/{a}|b\\^`', '/jobs/<b>', '/jobs/7/<i>'])(
    'is quoted as a URI and not as HTML: %s',
    async (path) => {
      const { body } = await raw('GET', path);
      expect(body).not.toMatch(/<|\\"onload|\{a\}/);
      // RFC 9457, 3.1.5: a URI reference.
      expect(JSON.parse(body).instance).toMatch(/^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]+$/);
    },
  );
});
