import { statSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AuditFile, createAuditFile } from '../support/audit-file.ts';
import { as, bearerCallers } from '../support/bearer-callers.ts';
import { gateway, type How } from '../support/failing.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const newJob = { datasetId: 'ds', segments: ['s1', { id: 's2' }], fields: ['b.c', 'a'] };
const uuid = expect.stringMatching(/^[0-9a-f-]{36}$/);

describe('the audit trail', () => {
  let file: AuditFile;
  let service: ServiceUnderTest;
  beforeEach(async () => {
    file = createAuditFile();
    const identify = bearerCallers({ ada: {}, reader: { permissions: new Set(['jobs:read']) } });
    service = await startServiceUnderTest({ env: file.env, identify });
  });
  afterEach(async () => {
    await service.stop();
    file[Symbol.dispose]();
  });

  const post = (body: object | string, more: Record<string, string> = {}, path = '/jobs', who = 'ada') =>
    service.send('POST', path, { ...as(who, more), body });
  const mishave = (route: 'create' | 'cancel', how: How) =>
    service.emulator.misbehaviours.add({ route, how });

  it('says of a create who, what, when, what has come of it, and the ids of both sides', async () => {
    const { status } = await post(newJob, { 'x-request-id': 'ours-1' });
    expect(status).toBe(201);
    const nowMs = service.emulator.clock.wallNow();
    expect(file.lines()).toEqual([
      {
        time: new Date(nowMs).toISOString(),
        log: 'audit',
        action: 'create',
        outcome: 'created',
        caller: 'ada',
        callerId: 'ada',
        sandbox: 'prod',
        requestId: 'ours-1',
        platformRequestIds: [uuid],
        jobId: '101',
        fingerprint: expect.stringMatching(/^[\w-]{43}$/),
        datasetId: 'ds',
        segments: ['s1', 's2'],
        fields: expect.arrayContaining(['a', 'b.c']),
        events: false,
      },
    ]);
  });

  it('says all where an export is of all profiles or of all fields', async () => {
    await post({ datasetId: 'ds', allProfiles: true });
    await post({ destination: { datasetId: 'ds' }, schema: { name: 'x' }, filter: {} });
    expect(file.lines()).toMatchObject([
      { segments: 'all', fields: 'all' },
      { segments: 'all', fields: 'all' },
    ]);
  });

  it('names each call to Platform, in their order, a refused token too', async () => {
    const named = { 'x-request-id': 'first' };
    service.emulator.misbehaviours.add({
      route: 'create',
      times: 1,
      how: gateway(401, '401013', 'Oauth token is not valid', named),
    });
    expect((await post(newJob)).status).toBe(201);
    expect(file.lines()).toMatchObject([{ outcome: 'created', platformRequestIds: ['first', uuid] }]);
  });

  it('takes Amazon’s id where Platform’s is missing', async () => {
    mishave('create', { kind: 'answer', status: 400, headers: { 'x-amzn-requestid': 'amz-1' }, body: {} });
    await post(newJob);
    expect(file.lines()).toMatchObject([{ outcome: 'refused', code: 'job-refused' }]);
    expect(JSON.stringify(file.lines())).toContain('amz-1');
  });

  it('says of a cancel which job', async () => {
    await post(newJob);
    expect((await service.send('DELETE', '/jobs/101', as('ada'))).status).toBe(202);
    expect(file.lines()[1]).toEqual({
      time: expect.any(String),
      log: 'audit',
      action: 'cancel',
      outcome: 'cancelling',
      caller: 'ada',
      callerId: 'ada',
      sandbox: 'prod',
      requestId: uuid,
      // The cancel, and the read that shows what came of it.
      platformRequestIds: [uuid, uuid],
      jobId: '101',
    });
  });

  it.each<[string, number, object, () => Promise<{ status: number }>]>([
    [
      'a permission that is missing',
      403,
      { code: 'permission-missing', caller: 'reader' },
      () => post(newJob, {}, '/jobs', 'reader'),
    ],
    [
      'a sandbox that is not allowed',
      403,
      { code: 'sandbox-not-allowed', sandbox: 'else' },
      () => post(newJob, { 'x-sandbox-name': 'else' }),
    ],
    ['a body that is no job', 422, { code: 'invalid-job', sandbox: 'prod' }, () => post({ datasetId: 'd' })],
    ['a body that is no JSON', 400, { code: 'unreadable-body', sandbox: 'prod' }, () => post('{"a":')],
    ['a parameter', 400, { code: 'invalid-parameters' }, () => post(newJob, {}, '/jobs?x=1')],
    [
      'a condition that does not hold',
      412,
      { code: 'precondition-failed', datasetId: 'ds', segments: ['s1', 's2'] },
      () => post(newJob, { 'if-match': '"x"' }),
    ],
    [
      'a cancel without the permission',
      403,
      { action: 'cancel', code: 'permission-missing' },
      () => service.send('DELETE', '/jobs/7', as('reader')),
    ],
    [
      'a cancel of a job that is not there',
      404,
      { action: 'cancel', code: 'job-not-found', jobId: '999' },
      () => service.send('DELETE', '/jobs/999', as('ada')),
    ],
    [
      'a cancel of what is no id',
      400,
      { action: 'cancel', code: 'invalid-parameters' },
      () => service.send('DELETE', '/jobs/a.b', as('ada')),
    ],
  ])('has one line of a refusal for %s', async (_name, status, line, ask) => {
    expect((await ask()).status).toBe(status);
    expect(file.lines()).toMatchObject([{ action: 'create', outcome: 'refused', ...line }]);
  });

  it('has a rehearsal that is refused as a rehearsal', async () => {
    await post({ datasetId: 'd' }, {}, '/jobs?dryRun=true');
    expect(file.lines()).toMatchObject([{ action: 'rehearse', outcome: 'refused' }]);
  });

  it('has no line of what nobody known has asked for, nor of reads', async () => {
    await service.send('POST', '/jobs', { body: newJob });
    await service.send('GET', '/jobs', as('ada'));
    await service.send('PUT', '/jobs', as('ada'));
    await service.send('POST', '/jobs/7/events/tickets', as('ada'));
    expect(file.lines()).toEqual([]);
  });

  it('has no line of a caller beyond its limit, whose flood would fill it', async () => {
    await service.stop();
    const identify = bearerCallers({ ada: { writesPerMinute: 1 } });
    service = await startServiceUnderTest({ env: file.env, identify });
    const statuses = [await post(newJob), await post(newJob)].map(({ status }) => status);
    expect(statuses).toEqual([201, 429]);
    expect(file.lines()).toHaveLength(1);
  });

  it('has a line for each of a hundred at once, in a file for its owner only', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => post(newJob)));
    const jobIds = answers.map(({ body }) => body.id);
    expect(
      file
        .lines()
        .map(({ jobId }) => jobId)
        .sort(),
    ).toEqual(jobIds.sort());
    expect(statSync(file.path).mode & 0o777).toBe(0o600);
  });
});
