import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { startEmulator } from '../../emulator/emulator.ts';
import { exportJobs, SettingsError } from '../../src/index.ts';
import { type AuditFile, createAuditFile } from '../support/audit-file.ts';
import { createCallersFile, entryOf, withKey } from '../support/callers-file.ts';
import { until } from '../support/driving.ts';
import { openRawCaller } from '../support/raw-caller.ts';
import { startServiceUnderTest } from '../support/service-under-test.ts';
import { statusesOf } from '../support/statuses-of.ts';
import { makeKey, makeToken, startTokenIssuer } from '../support/token-issuer.ts';

const newJob = { datasetId: 'd', allProfiles: true };
const may = { permissions: ['jobs:create'] };

describe('who has asked, in the audit trail', () => {
  let file: AuditFile;
  beforeEach(() => {
    file = createAuditFile();
  });
  afterEach(() => file[Symbol.dispose]());

  it('is the listed caller of a key', async () => {
    using callers = createCallersFile([entryOf('reporting', ['k'], may)]);
    await using service = await startServiceUnderTest({ env: { ...callers.env, ...file.env } });
    await service.send('POST', '/jobs', { ...withKey('k'), body: newJob });
    expect(file.lines()).toMatchObject([{ caller: 'reporting', callerId: 'listed:reporting' }]);
  });

  it('is the subject of a token, which cannot pass for a listed caller of the same name', async () => {
    const key = await makeKey('first');
    await using issuer = await startTokenIssuer(key);
    await using service = await startServiceUnderTest({ env: issuer.env(file.env) });
    const claims = { scope: 'jobs:create', sub: 'reporting' };
    const nowMs = service.emulator.clock.wallNow();
    const token = makeToken(issuer, key, nowMs, { claims, lifeMs: 60_000 });
    const headers = { authorization: `Bearer ${token}` };
    expect((await service.send('POST', '/jobs', { headers, body: newJob })).status).toBe(201);
    const [line] = file.lines();
    expect(line).toMatchObject({ caller: 'reporting', callerId: expect.stringMatching(/^jwt:/) });
    expect(file.text()).not.toContain(token.split('.')[2]);
  });

  it('is anonymous where nobody is authenticated', async () => {
    await using service = await startServiceUnderTest({ env: file.env });
    await service.send('POST', '/jobs', { body: newJob });
    expect(file.lines()).toMatchObject([{ callerId: 'anonymous' }]);
    expect(file.lines()[0]).not.toHaveProperty('caller');
    expect(file.lines()[0]).not.toHaveProperty('user');
  });

  it.each([
    ['is also the user whom a trusted gateway names', '127.0.0.1', 'ada@example.com', 'ada@example.com'],
    ['is not a user whom anybody else names', '10.0.0.1', 'ada@example.com', undefined],
    ['is a user whose name begins no line', '127.0.0.1', 'a\t{"log":"audit"}', 'a\ufffd{"log":"audit"}'],
  ])('%s', async (_name, trusted, sent, user) => {
    const env = { ...file.env, TRUSTED_PROXIES: trusted, USER_HEADER: 'x-user' };
    await using service = await startServiceUnderTest({ env });
    const caller = await openRawCaller(service.url);
    const body = JSON.stringify(newJob);
    await caller.send(
      `POST /jobs HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\nconnection: close\r\nx-user: ${sent}\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    await until(() => caller.isClosed());
    expect(caller.statuses()).toEqual([201]);
    expect(file.lines().map((line) => line.user)).toEqual([user]);
  });
});

describe('the audit trail of exportJobs', () => {
  async function ask(options: object, log: { info(fields: object, message: string): void }, times = 1) {
    const emulator = await startEmulator();
    const { clientId, clientSecret, orgId } = emulator.credential;
    const middleware = exportJobs({
      adobe: { clientId, clientSecret, orgId },
      ims: { url: emulator.url },
      platform: { url: emulator.url },
      overload: { lagMs: 600_000 },
      log: { warn() {}, error: log.info, ...log },
      callerOf: () => ({ id: 'host-user-7', permission: 'all' }),
      ...options,
    });
    const app = express().use(middleware);
    const statuses = await statusesOf(times, () => request(app).post('/jobs').send(newJob));
    await middleware.close();
    await emulator.close();
    return statuses;
  }

  it('goes to the log of the host, with the time that it gives its lines', async () => {
    const logged: [object, string][] = [];
    expect(await ask({}, { info: (fields, message) => logged.push([fields, message]) })).toEqual([201]);
    const lines = logged.filter(([, message]) => message === 'audit').map(([fields]) => fields);
    expect(lines).toMatchObject([{ log: 'audit', outcome: 'created', caller: 'host-user-7' }]);
    expect(lines[0]).not.toHaveProperty('time');
  });

  it('goes to a file of its own where one is named', async () => {
    using file = createAuditFile();
    const messages: string[] = [];
    await ask({ audit: { file: file.path } }, { info: (_fields, message) => messages.push(message) });
    expect(file.lines()).toMatchObject([{ outcome: 'created' }]);
    expect(messages).not.toContain('audit');
  });

  it('is lost where the log throws, and with required no export is started then', async () => {
    const failing = {
      info(_fields: object, message: string) {
        if (message === 'audit') throw new Error('no room');
      },
    };
    expect(await ask({}, failing, 2)).toEqual([201, 201]);
    expect(await ask({ audit: { required: true } }, failing, 3)).toEqual([201, 503, 503]);
  });

  it('needs somewhere to go where it is required', () => {
    const adobe = { clientId: 'c', clientSecret: 's', orgId: 'o@AdobeOrg' };
    expect(() => exportJobs({ adobe, audit: { required: true } })).toThrow(
      new SettingsError([{ path: 'audit.required', detail: 'needs audit.file, or a log' }]),
    );
    expect(() => exportJobs({ adobe, audit: { file: '/nowhere/at/all' } })).toThrow(
      /^audit\.file names a file that cannot be opened for writing \(ENOENT\)/,
    );
  });
});
