import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { bearerCallers } from '../support/bearer-callers.ts';
import { type Browser, executablePath, launchChromium, timeoutMs } from '../support/chromium.ts';
import { pass, until } from '../support/driving.ts';
import { blocksIn, readPage } from '../support/pages.ts';
import { type ServerConnections, watchServerConnections } from '../support/server-connections.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { describeWith } from '../support/tools.ts';
import { putJob } from '../support/watching.ts';

/** What docs/watching-jobs.md shows for a page of another origin, in such a page. */
const [, shown = ''] = blocksIn(readPage('docs/watching-jobs.md'), 'js');
const pageFor = (service: string) => `<!doctype html><title>A page</title><script>
  const token = 'app';
  window.seen = [];
  const show = ({ status }) => seen.push('job ' + status);
  const warn = ({ code }) => seen.push(code);
  ${shown.replace('https://jobs.example.com', service).replace('3000', '20')}
  window.follow = follow;
</script>`;

describeWith(executablePath)('a page of another origin, in Chromium', () => {
  let service: ServiceUnderTest;
  let pages: Server;
  let browser: Browser;
  let port: number;
  let connections: ServerConnections;

  beforeAll(async () => {
    pages = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html').end(pageFor(service.url));
    }).listen(0, '127.0.0.1');
    await once(pages, 'listening');
    port = Object(pages.address()).port;
    service = await startServiceUnderTest({
      env: { CORS_ORIGINS: `http://*.named.localhost:${port}` },
      identify: bearerCallers({ app: {} }),
      streams: { reconnectMs: 20 },
      cache: 'asConfigured',
    });
    connections = watchServerConnections(service.url);
    browser = await launchChromium();
  }, timeoutMs);
  beforeEach(() => service.emulator.requests.clear());

  afterAll(async () => {
    await browser?.close();
    pages.closeAllConnections();
    pages.close();
    connections.stop();
    await service.stop();
  }, timeoutMs);

  async function openPage(host: string): Promise<Page> {
    const page = await browser.context.newPage();
    await page.goto(`http://${host}:${port}/`);
    return page;
  }

  /** What a page gets to see of an answer, or that it gets to see nothing. */
  const ask = (page: Page, method: string, path: string, body?: object) =>
    page.evaluate(
      async ({ url, method, body }) => {
        const headers = { authorization: 'Bearer app', 'content-type': 'application/json' };
        try {
          const answer = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
          const { status } = answer;
          return { status, location: answer.headers.get('location'), body: await answer.json() };
        } catch (error) {
          return { nothing: String(error) };
        }
      },
      { url: `${service.url}${path}`, method, body },
    );
  const nothing = { nothing: expect.stringContaining('Failed to fetch') };
  const newJob = { datasetId: 'd', segments: ['s'] };
  const answersOf = (path: string) =>
    service.logLines().filter(({ route, status }) => route === path && status === 201);

  it(
    'lists, creates and follows with tickets where its origin is named',
    async () => {
      const page = await openPage('app.named.localhost');
      expect(await ask(page, 'GET', '/jobs')).toMatchObject({ status: 200 });
      const created = await ask(page, 'POST', '/jobs', newJob);
      expect(created).toMatchObject({ status: 201, location: expect.stringMatching(/^\/jobs\/\d+$/) });
      expect(await ask(page, 'POST', '/jobs', {})).toMatchObject({ body: { code: 'invalid-job' } });

      await page.close();
    },
    timeoutMs,
  );

  it(
    'follows a job with tickets over broken connections, by the code that is documented',
    async () => {
      const page = await openPage('app.named.localhost');
      const sees = (...all: string[]) =>
        page.waitForFunction((text) => Object(globalThis).seen.join() === text, all.join(), { polling: 20 });
      putJob(service, { status: 'NEW' });
      await page.evaluate(() => Object(globalThis).follow('7'));
      await sees('job NEW');
      for (const status of ['PROCESSING', 'SUCCEEDED'] as const) {
        const before = answersOf('/jobs/:id/events/tickets').length;
        connections.cut();
        await until(() => answersOf('/jobs/:id/events/tickets').length > before);
        putJob(service, { status });
        await pass(service, 30_000);
        await sees('job NEW', 'job PROCESSING', ...(status === 'SUCCEEDED' ? ['job SUCCEEDED'] : []));
      }
      await page.evaluate(() => Object(globalThis).follow('9'));
      await sees('job NEW', 'job PROCESSING', 'job SUCCEEDED', 'job-not-found');
      await page.close();
    },
    timeoutMs,
  );

  it(
    'gets nothing for a ticket that is used: the browser comes back with it once, and stays away then',
    async () => {
      const page = await openPage('app.named.localhost');
      putJob(service, { id: 8, status: 'NEW' });
      const { body } = Object(await ask(page, 'POST', '/jobs/8/events/tickets'));
      const refused = () => service.logLines().filter(({ status }) => status === 401).length;
      const before = refused();
      await page.evaluate((url) => {
        const events = new EventSource(url);
        const { seen } = Object(globalThis);
        Object(globalThis).source = events;
        events.addEventListener('job', () => seen.push('job'));
      }, `${service.url}${body.url}`);
      await page.waitForFunction(() => Object(globalThis).seen.length === 1, undefined, { polling: 20 });
      connections.cut();
      const closed = () => Object(globalThis).source.readyState === EventSource.CLOSED;
      await page.waitForFunction(closed, undefined, { polling: 20 });
      expect(refused() - before).toBe(1);
      await page.close();
    },
    timeoutMs,
  );

  it.each(['evil.localhost', 'named.localhost', '127.0.0.1'])(
    'neither reads nor changes anything where its origin, %s, is not named',
    async (host) => {
      const page = await openPage(host);
      expect(await ask(page, 'GET', '/jobs')).toEqual(nothing);
      expect(await ask(page, 'POST', '/jobs', newJob)).toEqual(nothing);
      expect(await ask(page, 'DELETE', '/jobs/7')).toEqual(nothing);
      expect(await ask(page, 'POST', '/jobs/7/events/tickets')).toEqual(nothing);
      // Without a preflight, as each page can. Cross-Origin-Resource-Policy hides even that it was answered.
      const simple = page.evaluate(
        (url) => fetch(url, { method: 'POST', mode: 'no-cors', body: '{}' }),
        `${service.url}/jobs`,
      );
      await expect(simple).rejects.toThrow('Failed to fetch');
      expect(service.emulator.requests.all()).toEqual([]);
      await page.close();
    },
    timeoutMs,
  );
});
