import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import compression from 'compression';
import cors from 'cors';
import express5, { type Express } from 'express';
import session from 'express-session';
import express4 from 'express4';
import morgan from 'morgan';
import onHeaders from 'on-headers';
import request from 'supertest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { type ExportJobs, exportJobs } from '../../src/index.ts';
import { until } from '../support/driving.ts';
import { openEvents } from '../support/event-reader.ts';

const newJob = { datasetId: 'd', segments: ['s'] };
const lines: string[] = [];
const stream = new Writable({
  write(chunk, _encoding, done) {
    lines.push(String(chunk));
    done();
  },
});

/** What stands in front of us in a host application. Most of these wrap `writeHead`, `write` or `end` of each answer. */
const middlewares = {
  'express.json()': () => express5.json(),
  compression: () => compression({ threshold: 0 }),
  'express-session': () => session({ secret: 's', resave: false, saveUninitialized: true }),
  cors: () => cors({ origin: 'https://app.example', exposedHeaders: ['etag'] }),
  morgan: () => morgan(':method :url :status', { stream }),
  'on-headers 1.0.2':
    () => (_request: unknown, response: Parameters<typeof onHeaders>[0], next: () => void) => {
      onHeaders(response, function () {
        this.setHeader('x-from-host', 'yes');
      });
      next();
    },
};
const names = Object.keys(middlewares).filter((name) => name in middlewares) as (keyof typeof middlewares)[];

describe.each([
  ['Express 5', express5],
  ['Express 4', express4],
])('exportJobs in a host of %s', (_name, create) => {
  let emulator: Emulator;
  let mounted: ExportJobs;
  let host: Express;
  beforeEach(async () => {
    emulator = await startEmulator();
    const { clientId, clientSecret, orgId } = emulator.credential;
    mounted = exportJobs({
      adobe: { clientId, clientSecret, orgId },
      ims: { url: emulator.url },
      platform: { url: emulator.url },
      overload: { lagMs: 600_000 },
    });
    host = create();
    lines.length = 0;
  });
  afterEach(async () => {
    await mounted.close();
    await emulator.close();
  });

  async function walk(): Promise<void> {
    const created = await request(host).post('/exports/jobs').send(newJob);
    expect([created.status, created.headers.location]).toEqual([201, '/exports/jobs/101']);
    const read = await request(host).get('/exports/jobs/101');
    expect([read.status, read.body.id, read.headers['cache-status']]).toEqual([
      200,
      '101',
      expect.any(String),
    ]);
    const { etag = '' } = read.headers;
    expect((await request(host).get('/exports/jobs/101').set('if-none-match', etag)).status).toBe(304);
    const head = await request(host).head('/exports/jobs/101');
    expect([head.status, head.headers.etag, head.text]).toEqual([200, etag, undefined]);
    expect(
      (await request(host).get('/exports/jobs')).body.jobs.map(({ id }: { id: string }) => id),
    ).toContain('101');
    const problem = await request(host).post('/exports/jobs').send({ datasetId: 'd' });
    expect([problem.status, problem.type]).toEqual([422, 'application/problem+json']);
    expect(problem.body).toMatchObject({ code: 'invalid-job', type: '/exports/problems/invalid-job' });
    expect((await request(host).get(problem.body.type)).text).toContain('<h1>');
    expect((await request(host).get('/exports/openapi.json')).body.servers).toEqual([{ url: '/exports' }]);
    expect((await request(host).get('/exports/livez')).body).toEqual({ status: 'alive' });
    expect((await request(host).get('/exports/nowhere')).body.code).toBe('not-found');
    expect((await request(host).patch('/exports/jobs/101')).headers.allow).toBe('GET, HEAD, DELETE');
    const cancelled = await request(host).delete('/exports/jobs/101');
    expect([cancelled.status, cancelled.body.cancelling]).toEqual([202, true]);
    // Helmet's, the request's id and ours, beside what the host has set.
    expect(cancelled.headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.any(String),
      'cache-control': 'private, no-cache',
    });
  }

  it.each(names)('answers everything behind %s', async (name) => {
    host.use(middlewares[name]());
    host.use('/exports', mounted);
    await walk();
  });

  it('answers everything behind all of them, and each does its part', async () => {
    for (const name of names) host.use(middlewares[name]());
    host.use('/exports', mounted);
    await walk();
    const answer = await request(host).get('/exports/jobs').set('accept-encoding', 'gzip');
    expect(answer.headers).toMatchObject({
      'content-encoding': 'gzip',
      'access-control-allow-origin': 'https://app.example',
      'set-cookie': [expect.stringContaining('connect.sid')],
      'x-from-host': 'yes',
    });
    const { vary = '' } = answer.headers;
    expect(vary.toLowerCase().split(/, */)).toEqual(
      expect.arrayContaining(['origin', 'x-sandbox-name', 'accept-encoding']),
    );
    expect(answer.body.jobs).toHaveLength(1);
    expect(lines).toContain('DELETE /exports/jobs/101 202\n');
  });

  it('streams events behind all of them, without holding them back to compress them', async () => {
    for (const name of names) host.use(middlewares[name]());
    host.use('/exports', mounted);
    const server = createServer(host);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    emulator.jobs.put('prod', { id: 7, status: 'PROCESSING' });
    {
      using events = await openEvents(`http://127.0.0.1:${port}/exports/jobs/7/events`, {
        headers: { 'accept-encoding': 'gzip' },
      });
      await until(() => events.told().length > 0);
      expect(events.told()).toEqual(['job PROCESSING']);
      expect(events.headers['content-encoding']).toBeUndefined();
    }
    await mounted.close();
    await new Promise((resolve) => server.close(resolve));
  });
});
