import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express, { type Express } from 'express';
import request from 'supertest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { type ExportJobs, type ExportJobsOptions, exportJobs, SettingsError } from '../../src/index.ts';

describe('exportJobs, mounted in an app of somebody else, knows what it has seen', () => {
  let emulator: Emulator;
  let mounted: ExportJobs[];
  let app: Express;
  beforeEach(async () => {
    emulator = await startEmulator();
    emulator.jobs.put('prod', { id: 100, status: 'SUCCEEDED' });
    emulator.jobs.put('prod', { id: 101, status: 'PROCESSING' });
    mounted = [];
    app = express();
  });
  afterEach(async () => {
    for (const middleware of mounted) await middleware.close();
    await emulator.close();
  });

  function create(options: Partial<ExportJobsOptions> = {}): ExportJobs {
    const { clientId, clientSecret, orgId } = emulator.credential;
    const middleware = exportJobs({
      adobe: { clientId, clientSecret, orgId },
      ims: { url: emulator.url },
      platform: { url: emulator.url },
      // How busy the machine is with other tests must not decide anything.
      overload: { lagMs: 600_000 },
      clock: emulator.clock,
      ...options,
    });
    mounted.push(middleware);
    return middleware;
  }
  const get = (path: string, headers: Record<string, string> = {}) => request(app).get(path).set(headers);
  const reads = () => emulator.requests.all('get').length;

  it('by itself, for as long as the service does', async () => {
    app.use('/exports', create());
    const { headers } = await get('/exports/jobs/100');
    expect((await get('/exports/jobs/100', { 'if-none-match': headers.etag ?? '' })).status).toBe(304);
    emulator.clock.advance(59 * 60_000);
    expect((await get('/exports/jobs/100')).headers['cache-status']).toBe('aep-jobs-bff; hit; ttl=60');
    expect(reads()).toBe(1);
  });

  it('for as long as it is told to', async () => {
    app.use('/exports', create({ cache: { finalFreshForMs: 10_000, freshForMs: 5_000 } }));
    for (const expected of [1, 1, 2]) {
      await get('/exports/jobs/100');
      expect(reads()).toBe(expected);
      emulator.clock.advance(5_000);
    }
    await get('/exports/jobs/101');
    emulator.clock.advance(4_999);
    await get('/exports/jobs/101');
    expect(reads()).toBe(3);
  });

  it('or nothing at all', async () => {
    app.use('/exports', create({ cache: { finalFreshForMs: 0 } }));
    await get('/exports/jobs/100');
    await get('/exports/jobs/100');
    emulator.misbehaviours.add({ how: { kind: 'html', status: 501 } });
    expect((await get('/exports/jobs/100')).status).toBe(502);
  });

  it('within the bounds that it is told', async () => {
    app.use('/exports', create({ cache: { mostJobs: 1 } }));
    for (const id of [100, 101, 100]) await get(`/exports/jobs/${id}`);
    expect(reads()).toBe(3);
  });

  it('for callers of the same permission only', async () => {
    const callerOf: ExportJobsOptions['callerOf'] = ({ headers }) => ({
      id: 'one',
      permission: String(headers['x-team']),
    });
    app.use('/exports', create({ callerOf }));
    for (const team of ['red', 'blue', 'red', 'blue']) await get('/exports/jobs/100', { 'x-team': team });
    expect(reads()).toBe(2);
  });

  it('and tells those who wait when to come back, by the pace that it is told', async () => {
    app.use('/exports', create({ watching: { quickestMs: 7_000, slowestMs: 9_000 } }));
    expect((await get('/exports/jobs/101')).headers['retry-after']).toBe('7');
  });

  it('one list for all paths that it is mounted at, but with links below the path of the request', async () => {
    const middleware = create();
    app.use(['/one', '/two/deep'], middleware);
    for (const path of ['/one', '/two/deep', '/one', '/two/deep']) {
      const { body, headers } = await get(`${path}/jobs?limit=1`);
      expect(body.next).toMatch(new RegExp(`^${path}/jobs\\?limit=1&offset=`));
      expect(headers.link).toBe(`<${body.next}>; rel="next"`);
      expect((await get(body.next)).status).toBe(200);
    }
    // The first page and the second one: the paths share them.
    expect(emulator.requests.all('list')).toHaveLength(2);
    await get('/one/jobs/100');
    expect(reads()).toBe(0);
  });

  it('and not what another one knows', async () => {
    app.use('/one', create()).use('/two', create());
    for (const path of ['/one', '/two']) await get(`${path}/jobs/100`);
    expect(reads()).toBe(2);
  });

  it.each<[string, Partial<ExportJobsOptions>]>([
    ['cache.freshForMs', { cache: { freshForMs: -1 } }],
    ['cache.mostJobs', { cache: { mostJobs: 0 } }],
    ['watching.quickestMs', { watching: { quickestMs: 0 } }],
    ['streams.most', { streams: { most: 0.5 } }],
  ])('and refuses a wrong %s', (name, options) => {
    expect(() => create(options)).toThrow(SettingsError);
    expect(() => create(options)).toThrow(name);
  });

  it.each([
    ['answers later', async () => ({ id: 'a', permission: 'p' })],
    ['names no permission', () => ({ id: 'a' })],
    ['names nobody', () => undefined],
  ])('gives nothing to anybody while callerOf %s, because all would be one', async (_name, callerOf) => {
    app.use(
      '/exports',
      create({ callerOf: callerOf as unknown as NonNullable<ExportJobsOptions['callerOf']> }),
    );
    const { status, body } = await get('/exports/jobs/100');
    expect([status, body.code]).toEqual([500, 'internal-error']);
    expect(reads()).toBe(0);
  });
});
