import { afterEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { exportJobs } from '../../src/index.ts';
import { codeOf, foreign, newJob, notAllowed, send } from '../support/addressed.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

describe('who may be addressed, by the settings', () => {
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

  it('a name of this machine among them trusts no page of other ports: everybody on it may have one', async () => {
    await start({ ALLOWED_HOSTS: 'localhost,127.0.0.1,[::1]' });
    expect(await codeFor('host: localhost')).toBe(201);
    expect(await codeFor('host: localhost', 'origin: http://localhost:1')).toBe(foreign);
    expect(await codeFor('host: localhost', 'origin: http://localhost:1', 'sec-fetch-site: same-site')).toBe(
      foreign,
    );
    expect(await codeFor('host: [::1]', 'origin: http://127.0.0.1:1')).toBe(foreign);
  });

  it('an address that stands for all addresses is no name', async () => {
    await start({ HOST: '0.0.0.0', ALLOW_ANONYMOUS_CALLERS: 'true', ALLOWED_HOSTS: 'some.example' });
    expect(await codeFor('host: 0.0.0.0')).toBe(notAllowed);
    expect(await codeFor('host: [::]')).toBe(notAllowed);
  });

  it('on a host that lets others in, names and origins are for the gateway, unless ALLOWED_HOSTS is set', async () => {
    const open = { HOST: '0.0.0.0', ALLOW_ANONYMOUS_CALLERS: 'true' };
    await start(open);
    expect(await codeFor('host: some.example', 'origin: https://other.example')).toBe(201);
    await service.stop();
    await start({ ...open, ALLOWED_HOSTS: 'some.example' });
    expect(await codeFor('host: some.example')).toBe(201);
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
    const answer = await request(app).post('/exports/jobs').set(headers).send(JSON.parse(newJob));
    expect(answer.status).toBe(201);
    await middleware.close();
  });
});
