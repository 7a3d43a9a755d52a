import { hash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

describe('what goes along with a request', () => {
  let service: ServiceUnderTest;
  beforeEach(async () => {
    service = await startServiceUnderTest();
  });
  afterEach(() => service.stop());

  it('reaches Platform with the headers of the list, and with none of the caller but the request id', async () => {
    await service.send('GET', '/jobs', {
      headers: {
        authorization: 'Bearer of-the-caller',
        'x-api-key': 'of-the-caller',
        'x-gw-ims-org-id': 'of-the-caller',
        cookie: 'of=the-caller',
        'x-request-id': 'caller-7',
        'x-forwarded-for': '10.0.0.1',
      },
    });
    const { clientId, orgId } = service.emulator.credential;
    const { headers = {} } = service.emulator.requests.all('list')[0] ?? {};
    expect(headers).toEqual({
      host: new URL(service.emulator.url).host,
      connection: 'keep-alive',
      accept: 'application/json',
      'accept-encoding': 'identity',
      authorization: `Bearer ${service.emulator.tokens.issued()[0]}`,
      'x-api-key': clientId,
      'x-gw-ims-org-id': orgId,
      'x-sandbox-name': 'prod',
      'x-request-id': 'caller-7',
    });
  });

  it.each(['no spaces', 'x'.repeat(129), 'new<line'])('replaces the request id «%s»', async (given) => {
    const { headers } = await service.send('GET', '/livez', { headers: { 'x-request-id': given } });
    expect(headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('leaves one line in the log for each request, with the route and the job', async () => {
    service.emulator.jobs.put('prod', { id: 100, status: 'NEW' });
    await service.send('GET', '/jobs/100', { headers: { 'x-request-id': 'r-1' } });
    await service.send('GET', '/nowhere', { headers: { 'x-request-id': 'r-2' } });
    expect(service.logLines()).toEqual([
      {
        level: 'info',
        time: expect.any(String),
        msg: 'request',
        method: 'GET',
        route: '/jobs/:id',
        status: 200,
        durationMs: 0,
        requestId: 'r-1',
        sandbox: 'prod',
        jobId: '100',
        cache: 'aep-jobs-bff; fwd=uri-miss; stored',
        upstreamCalls: 1,
        upstreamStatus: 200,
        upstreamDurationMs: 0,
      },
      expect.objectContaining({ status: 404, requestId: 'r-2', code: 'not-found' }),
    ]);
  });

  it('answers HEAD as GET, without the body', async () => {
    service.emulator.jobs.put('prod', { id: 100, status: 'NEW' });
    const got = await service.send('GET', '/jobs/100');
    const head = await service.send('HEAD', '/jobs/100');
    expect(head.status).toBe(200);
    expect(head.headers['content-length']).toBe(got.headers['content-length']);
    expect(head.text).toBeUndefined();
  });

  // The policy of a problem's page is its own: browser-problem-page.test.ts.
  it.each(['/livez', '/readyz', '/jobs', '/nowhere', '/problems/no-such-problem', '/openapi.json'])(
    'answers %s with helmet’s headers, and says private',
    async (path) => {
      const { headers } = await service.send('GET', path);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cache-control': 'private, no-cache',
      });
      const { 'content-security-policy': policy = '' } = headers;
      expect(policy.split(';')).toEqual(
        expect.arrayContaining(["default-src 'none'", "frame-ancestors 'none'"]),
      );
      expect(headers).not.toHaveProperty('x-powered-by');
    },
  );

  it('sends the headers that an API needs against browsers, and none of those for pages or for browsers of the past', async () => {
    const { headers } = await service.send('GET', '/livez');
    expect(headers).toMatchObject({
      'strict-transport-security': 'max-age=31536000',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    });
    for (const name of [
      'x-dns-prefetch-control',
      'x-download-options',
      'x-xss-protection',
      'origin-agent-cluster',
    ])
      expect(headers).not.toHaveProperty(name);
  });

  it('lets the page of a problem have its own style and nothing else', async () => {
    const { headers, text = '' } = await service.send('GET', '/problems/job-not-found');
    const [, style = ''] = /<style>([^<]*)<\/style>/.exec(text) ?? [];
    expect(headers['content-security-policy']).toContain(
      `style-src 'sha256-${hash('sha256', style, 'base64')}'`,
    );
    expect(text).not.toContain('style=');
  });
});

describe('health', () => {
  it('asks nobody: it is well with Adobe gone', async () => {
    await using service = await startServiceUnderTest();
    await service.emulator.close();
    expect((await service.send('GET', '/livez')).body).toEqual({ status: 'alive' });
    expect((await service.send('GET', '/readyz')).body).toEqual({ status: 'ready' });
  });
});
