import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { codeOf, foreign, notAllowed, type Sent, send } from '../support/addressed.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

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
    for (const target of ['http://evil.example/jobs', 'HTTP://evil.example:80/jobs?']) {
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
