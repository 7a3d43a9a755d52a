import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import express from 'express';
import type { Page } from 'playwright-core';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { type ExportJobs, exportJobs } from '../../src/index.ts';
import { type Browser, executablePath, launchChromium, timeoutMs } from '../support/chromium.ts';
import { pass, until } from '../support/driving.ts';
import { openEvents } from '../support/event-reader.ts';
import { describeWith } from '../support/tools.ts';

/** A page that watches a job as docs/watching-jobs.md shows it, and does not close its stream. */
const pageFor = (id: string) => `<!doctype html><title>Follows ${id}</title><script>
  window.seen = [];
  window.source = new EventSource('/api/jobs/${id}/events');
  for (const name of ['job', 'done', 'trouble', 'recovered', 'stopping'])
    source.addEventListener(name, ({ data, lastEventId }) =>
      seen.push({ event: name, status: JSON.parse(data).status, id: lastEventId }));
</script>`;

describeWith(executablePath)("the browser's own EventSource", () => {
  let emulator: Emulator;
  let jobs: ExportJobs;
  let server: Server;
  let url: string;
  let browser: Browser;
  /** The requests for a stream that the browser has sent. */
  const asked: { request: IncomingMessage; response: ServerResponse }[] = [];
  /** What a stream waits for before it is opened. */
  let mayOpen = Promise.resolve();

  beforeAll(async () => {
    emulator = await startEmulator();
    const { clientId, clientSecret, orgId } = emulator.credential;
    jobs = exportJobs({
      adobe: { clientId, clientSecret, orgId },
      ims: { url: emulator.url },
      platform: { url: emulator.url },
      streams: { reconnectMs: 20 },
      clock: emulator.clock,
      overload: { lagMs: 600_000 },
    });
    const app = express();
    app.get('/follow/:id', ({ params }, response) => {
      response.type('html').send(pageFor(params.id));
    });
    app.get('/api/jobs/:id/events', async (request, response, next) => {
      if (request.get('user-agent') !== undefined) asked.push({ request, response });
      await mayOpen;
      next();
    });
    app.use('/api', jobs);
    server = createServer(app).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${Object(server.address()).port}`;
    browser = await launchChromium();
  }, timeoutMs);

  afterAll(async () => {
    await browser?.close();
    await jobs.close();
    server.closeAllConnections();
    server.close();
    await emulator.close();
  }, timeoutMs);

  const seenIn = (page: Page) => page.evaluate(() => Object(globalThis).seen);
  const seesSo = (page: Page, count: number) =>
    page.waitForFunction((least) => Object(globalThis).seen.length >= least, count, { polling: 20 });
  const cut = () => asked.at(-1)?.response.socket?.destroy();

  it(
    'follows an export to its end over cut connections, and stays away then',
    async () => {
      const body = '{"datasetId":"d","allProfiles":true}';
      const headers = { 'content-type': 'application/json' };
      const created = await fetch(`${url}/api/jobs`, { method: 'POST', headers, body });
      const { id } = Object(await created.json());
      using witness = await openEvents(`${url}/api/jobs/${id}/events`);
      const page = await browser.context.newPage();
      await page.goto(`${url}/follow/${id}`);
      await seesSo(page, 1);

      // Nothing happens while it is away.
      cut();
      await until(() => asked.length === 2);
      await pass({ emulator }, 60_000);
      await seesSo(page, 2);

      // The export ends while it is away.
      const { promise, resolve: open } = Promise.withResolvers<void>();
      mayOpen = promise;
      cut();
      await until(() => asked.length === 3);
      await pass({ emulator }, 210_000);
      await until(() => witness.state() === 'ended');
      open();
      await seesSo(page, 4);

      const closed = () => Object(globalThis).source.readyState === EventSource.CLOSED;
      await page.waitForFunction(closed, undefined, { polling: 20 });
      const all = witness.events().map(({ event, data, id }) => ({ event, status: data.status, id }));
      expect(await seenIn(page)).toEqual(all);
      expect(all.map(({ event, status }) => `${event} ${status}`)).toEqual([
        'job NEW',
        'job PROCESSING',
        'job SUCCEEDED',
        'done SUCCEEDED',
      ]);
      const ids = asked.map(({ request }) => request.headers['last-event-id']);
      expect(ids).toEqual([undefined, all[0]?.id, all[1]?.id, all[3]?.id]);
      expect(asked.map(({ response }) => response.statusCode)).toEqual([200, 200, 200, 204]);
      await page.close();
    },
    timeoutMs,
  );
});
