import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express, { type Express } from 'express';
import request from 'supertest';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { type ExportJobs, exportJobs, SettingsError } from '../../src/index.ts';

describe('exportJobs, mounted in an app of somebody else', () => {
  let emulator: Emulator;
  let middleware: ExportJobs;
  let app: Express;
  beforeEach(async () => {
    emulator = await startEmulator();
    const { clientId, clientSecret, orgId } = emulator.credential;
    middleware = exportJobs({
      adobe: { clientId, clientSecret, orgId },
      ims: { url: emulator.url },
      platform: { url: emulator.url },
      // How busy the machine is with other tests must not decide anything.
      overload: { lagMs: 600_000 },
    });
    app = express();
    app.use(express.json());
    app.get('/', (_request, response) => {
      response.send('the host');
    });
    app.use('/exports/v1', middleware);
  });
  afterEach(async () => {
    await middleware.close();
    await emulator.close();
  });

  it('carries the path in Location, next, Link and the type of a problem', async () => {
    const created = await request(app).post('/exports/v1/jobs').send({ datasetId: 'd', allProfiles: true });
    expect([created.status, created.headers.location]).toEqual([201, '/exports/v1/jobs/101']);
    await request(app).post('/exports/v1/jobs').send({ datasetId: 'd', allProfiles: true });

    const listed = await request(app).get('/exports/v1/jobs?limit=1');
    expect(listed.body.next).toMatch(/^\/exports\/v1\/jobs\?limit=1&offset=/);
    expect(listed.headers.link).toBe(`<${listed.body.next}>; rel="next"`);
    expect((await request(app).get(listed.body.next)).body.jobs[0].id).toBe('101');

    const missing = await request(app).get('/exports/v1/jobs/999');
    expect(missing.body).toMatchObject({
      type: '/exports/v1/problems/job-not-found',
      instance: '/exports/v1/jobs/999',
    });
    expect((await request(app).get(missing.body.type)).text).toContain('There is no such job');
    expect((await request(app).get('/exports/v1/openapi.json')).body.servers).toEqual([
      { url: '/exports/v1' },
    ]);
  });

  it('adds to what the host says that its answers depend on, and does not say what runs them', async () => {
    const host = express();
    host.use((_request, response, next) => {
      response.vary('Origin');
      next();
    });
    host.use('/exports', middleware);
    const { headers } = await request(host).get('/exports/jobs');
    expect(headers.vary).toBe('Origin, x-sandbox-name');
    expect(headers).not.toHaveProperty('x-powered-by');
    expect(headers).toHaveProperty('x-content-type-options', 'nosniff');
  });

  it('leaves the rest of the app alone', async () => {
    expect((await request(app).get('/')).text).toBe('the host');
    const elsewhere = await request(app).get('/elsewhere');
    expect([elsewhere.status, elsewhere.type]).toEqual([404, 'text/html']);
  });

  it('answers 404 for what it does not know below its own path', async () => {
    expect((await request(app).get('/exports/v1/none')).body).toMatchObject({
      status: 404,
      code: 'not-found',
    });
  });

  it('says all that is wrong with its options at once, and keeps the secret to itself', () => {
    const build = () =>
      exportJobs({
        adobe: { clientId: '', clientSecret: 'hush', orgId: 'x' },
        platform: { url: 'http://far.example' },
      });
    expect(build).toThrow(SettingsError);
    expect(build).toThrow(
      /^adobe\.clientId is required\nadobe\.orgId must end in @AdobeOrg\nplatform\.url must be https/,
    );
    expect(build).not.toThrow(/hush/);
  });

  it('refuses an option that it does not know: it might have been the sandbox', () => {
    const { clientId, clientSecret, orgId } = emulator.credential;
    const options = { adobe: { clientId, clientSecret, orgId }, sandboxes: ['dev'] };
    expect(() => exportJobs(options)).toThrow('sandboxes is not a setting');
  });

  it('refuses a proxy that a JWT credential would pass by', () => {
    const { clientId, clientSecret, orgId } = emulator.credential;
    const adobe = { credential: 'jwt' as const, clientId, clientSecret, orgId };
    expect(() => exportJobs({ adobe, proxy: { httpsProxy: 'http://proxy.example' } })).toThrow(
      'NODE_USE_ENV_PROXY=1',
    );
  });
});
