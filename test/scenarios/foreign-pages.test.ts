import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { exportJobs } from '../../src/index.ts';
import { type RawAnswer, sendRaw } from '../support/raw.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const body = JSON.stringify({ datasetId: 'd', segments: ['s'] });

interface Sent {
  readonly method?: string;
  readonly target?: string;
  readonly version?: string;
  readonly headers?: readonly string[];
}

/** A request as it is written here: no client would leave these headers alone. */
function send(
  { url }: ServiceUnderTest,
  { method = 'POST', target = '/jobs', version = '1.1', headers = [] }: Sent,
) {
  const content =
    method === 'POST' ? ['content-type: application/json', `content-length: ${body.length}`] : [];
  const lines = [`${method} ${target} HTTP/${version}`, ...headers, ...content, 'connection: close'];
  return sendRaw(url, [...lines, '', method === 'POST' ? body : ''].join('\r\n'));
}

const codeOf = ({ status, body }: RawAnswer) =>
  status < 400 ? status : `${status} ${JSON.parse(body).code}`;

const notAllowed = '403 host-not-allowed';
const foreign = '403 foreign-origin';

describe('on loopback, where nobody is authenticated', () => {
  let service: ServiceUnderTest;
  let port: string;
  beforeAll(async () => {
    service = await startServiceUnderTest();
    port = new URL(service.url).port;
  });
  beforeEach(() => service.emulator.requests.clear());
  afterAll(() => service.stop());

  /** Nothing that is refused may have reached Adobe. */
  async function expectRefused(sent: Sent, code: string): Promise<void> {
    expect(codeOf(await send(service, sent))).toBe(code);
    expect(service.emulator.requests.all()).toEqual([]);
  }

  it.each([
    'localhost',
    'LocalHost:1',
    'localhost.',
    'app.localhost:8080',
    '127.0.0.1',
    '127.0.0.1:65535',
    '[::1]',
    '[::1]:3000',
    '[0:0:0:0:0:0:0:1]:3000',
  ])('this machine may be addressed as %s', async (host) => {
    expect(codeOf(await send(service, { headers: [`host: ${host}`] }))).toBe(201);
  });

  // DNS rebinding, as with Vite's server before 6.0.9: https://github.com/vitejs/vite/security/advisories/GHSA-vg6x-rcgg-rjx6
  it.each([
    'evil.example',
    'evil.example:3000',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    'notlocalhost',
    'evil-localhost',
    // An address that some browsers take for this machine's, past their own guard of the local network.
    '0.0.0.0',
    '192.168.0.1',
    '[fe80::1]:3000',
    '2130706433',
    'localhost:3000:80',
    '.localhost.evil',
  ])('a name that is none of ours is refused, on reads too: %s', async (host) => {
    const headers = [`host: ${host}`];
    await expectRefused({ headers }, notAllowed);
    for (const target of ['/jobs', '/jobs/100', '/jobs/100/events', '/jobs?limit=1', '/elsewhere']) {
      await expectRefused({ method: 'GET', target, headers }, notAllowed);
    }
    await expectRefused({ method: 'DELETE', target: '/jobs/100', headers }, notAllowed);
    // A rebound page is same-origin to itself.
    await expectRefused(
      { headers: [...headers, `origin: http://${host}`, 'sec-fetch-site: same-origin'] },
      notAllowed,
    );
  });

  it('the host of an absolute-form target counts, and not the Host (RFC 9112, 3.2.2)', async () => {
    const own = `http://127.0.0.1:${port}/jobs`;
    expect(codeOf(await send(service, { target: own, headers: ['host: evil.example'] }))).toBe(201);
    service.emulator.requests.clear();
    for (const target of [
      'http://evil.example/jobs',
      'http://localhost@evil.example/jobs',
      'HTTP://evil.example:80/jobs?',
    ]) {
      await expectRefused({ target, headers: ['host: localhost'] }, notAllowed);
    }
  });

  it('HTTP/1.0 may come without a Host: no browser speaks it', async () => {
    expect(codeOf(await send(service, { method: 'GET', version: '1.0' }))).toBe(200);
  });

  it('health, the pages of problems and the document are answered under any name', async () => {
    const targets = [
      '/livez',
      '/readyz',
      '/problems/host-not-allowed',
      '/openapi.json',
      'http://10.0.0.7/livez',
    ];
    for (const target of targets) {
      expect(codeOf(await send(service, { method: 'GET', target, headers: ['host: 10.0.0.7:3000'] }))).toBe(
        200,
      );
    }
  });

  it.each([
    ['a page elsewhere', ['origin: https://evil.example']],
    ['a page of another port', ['origin: http://localhost:1']],
    ['a page whose origin is hidden', ['origin: null']],
    ['a page of another name of this machine', ['origin: http://app.localhost:PORT']],
    ['an origin that is none', ['origin: localhost:PORT']],
    ['two origins', ['origin: http://localhost:PORT', 'origin: https://evil.example']],
    ['an empty origin', ['origin: ']],
    // Origins that are neither absent nor a page's: https://github.com/IBM/ibmi-mcp-server/pull/163
    ['an extension of the browser', ['origin: chrome-extension://abcdefghijklmnop']],
    ['an app that shows pages', ['origin: capacitor://localhost']],
    ['another site, by the browser’s word', ['sec-fetch-site: cross-site']],
    ['another origin of this site, by the browser’s word', ['sec-fetch-site: same-site']],
    ['a browser that says something new', ['sec-fetch-site: elsewhere']],
    [
      'a page elsewhere, whose browser says both',
      ['origin: https://evil.example', 'sec-fetch-site: cross-site'],
    ],
    // Servers on loopback without authentication: https://github.com/modelcontextprotocol/conformance/issues/103
    ['a page with the address of this machine and no port', ['origin: http://127.0.0.1']],
  ])('what changes something is refused from %s', async (_name, given) => {
    const headers = ['host: localhost:PORT', ...given].map((line) => line.replace('PORT', port));
    await expectRefused({ headers }, foreign);
    await expectRefused({ method: 'DELETE', target: '/jobs/100', headers }, foreign);
    await expectRefused(
      { method: 'DELETE', target: '/jobs/100', headers: headers.map((line) => line.toUpperCase()) },
      foreign,
    );
  });

  it.each([
    ['no page', []],
    ['a page of ours', ['origin: http://localhost:PORT']],
    ['a page of ours, in other letters', ['origin: HTTP://LOCALHOST:PORT']],
    [
      'a page of ours, by the browser’s word',
      ['sec-fetch-site: same-origin', 'origin: http://localhost:PORT'],
    ],
    // A proxy for development that rewrites the Host: https://vite.dev/config/server-options#server-proxy
    ['a page of ours, through a proxy', ['sec-fetch-site: same-origin', 'origin: http://localhost:5173']],
    ['the address bar', ['sec-fetch-site: none']],
  ])('what changes something is done for %s', async (_name, given) => {
    const headers = ['host: localhost:PORT', ...given].map((line) => line.replace('PORT', port));
    expect(codeOf(await send(service, { headers }))).toBe(201);
  });

  it.each([
    ['localhost', 'http://localhost'],
    ['localhost:80', 'http://localhost'],
    ['localhost', 'https://localhost'],
    ['localhost:443', 'https://localhost'],
    ['localhost.', 'http://localhost'],
    ['[::1]:3000', 'http://[::1]:3000'],
  ])('%s and %s are the same origin, whoever speaks TLS for us', async (host, origin) => {
    expect(codeOf(await send(service, { headers: [`host: ${host}`, `origin: ${origin}`] }))).toBe(201);
  });

  it('a read from another page is answered, without a word that lets it see the answer', async () => {
    const headers = ['host: localhost', 'origin: https://evil.example', 'sec-fetch-site: cross-site'];
    const answer = await send(service, { method: 'GET', headers });
    expect(answer.status).toBe(200);
    expect(answer.headers).toHaveProperty('cross-origin-resource-policy', 'same-origin');
    expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('the refusal is a problem with its code in the log, and a page that says what to do', async () => {
    const { status, body, headers } = await service.send('POST', '/jobs', {
      body: { datasetId: 'd', segments: ['s'] },
      headers: { origin: 'https://evil.example' },
    });
    expect([status, body.owner, body.retryable]).toEqual([403, 'caller', false]);
    expect(service.logLines()).toContainEqual(
      expect.objectContaining({ status: 403, code: 'foreign-origin', requestId: headers['x-request-id'] }),
    );
    expect((await service.send('GET', body.type)).text).toContain('ALLOWED_HOSTS');
  });
});

describe('with other settings', () => {
  let service: ServiceUnderTest;
  afterEach(() => service.stop());
  const start = async (env: Record<string, string>) => {
    service = await startServiceUnderTest({ env });
  };
  const codeFor = async (...headers: string[]) => codeOf(await send(service, { headers }));

  it('ALLOWED_HOSTS names who else may be addressed, and whose pages are trusted', async () => {
    await start({ ALLOWED_HOSTS: 'jobs.example.com, *.intern.example ,[::1]' });
    expect(await codeFor('host: jobs.example.com')).toBe(201);
    expect(await codeFor('host: JOBS.example.com.:8443')).toBe(201);
    expect(await codeFor('host: a.b.intern.example')).toBe(201);
    expect(await codeFor('host: [::1]:3000')).toBe(201);
    expect(await codeFor('host: intern.example')).toBe(notAllowed);
    expect(await codeFor('host: evilintern.example')).toBe(notAllowed);
    expect(await codeFor('host: localhost')).toBe(201);
    // A gateway that speaks TLS for us, and sends its own name for ours.
    expect(await codeFor('host: [::1]', 'origin: https://jobs.example.com')).toBe(201);
    expect(await codeFor('host: jobs.example.com', 'origin: https://evil.example')).toBe(foreign);
    expect(await codeFor('host: jobs.example.com', 'sec-fetch-site: cross-site')).toBe(foreign);
  });

  it('on a host that lets others in, names and origins are for the gateway, unless ALLOWED_HOSTS is set', async () => {
    const open = { HOST: '0.0.0.0', ALLOW_ANONYMOUS_CALLERS: 'true' };
    await start(open);
    expect(await codeFor('host: any.example', 'origin: https://other.example')).toBe(201);
    await service.stop();
    await start({ ...open, ALLOWED_HOSTS: 'any.example' });
    expect(await codeFor('host: any.example')).toBe(201);
    expect(await codeFor('host: other.example')).toBe(notAllowed);
  });

  it('mounted in another app, it is that app’s to decide', async () => {
    await start({});
    const { clientId, clientSecret, orgId } = service.emulator.credential;
    const { url } = service.emulator;
    const middleware = exportJobs({
      adobe: { clientId, clientSecret, orgId },
      ims: { url },
      platform: { url },
      overload: { lagMs: 600_000 },
    });
    const app = express().use('/exports', middleware);
    const headers = { host: 'app.example', origin: 'https://other.example' };
    const answer = await request(app).post('/exports/jobs').set(headers).send(JSON.parse(body));
    expect(answer.status).toBe(201);
    await middleware.close();
  });
});
