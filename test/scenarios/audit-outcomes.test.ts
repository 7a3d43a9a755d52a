import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AuditFile, createAuditFile } from '../support/audit-file.ts';
import { as, bearerCallers } from '../support/bearer-callers.ts';
import { drive } from '../support/driving.ts';
import { gateway, type How, json } from '../support/failing.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const newJob = { datasetId: 'ds', segments: ['s1', { id: 's2' }], fields: ['b.c', 'a'] };

describe('the outcome in the audit trail', () => {
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
  const mishave = (route: 'create' | 'cancel' | 'list', how: How) =>
    service.emulator.misbehaviours.add({ route, how });

  it.each<[string, How, object]>([
    ['refuses it', json(400, { message: 'no' }), { outcome: 'refused', code: 'job-refused' }],
    ['refuses us', gateway(403, '403003'), { outcome: 'refused', code: 'platform-refused-us' }],
    ['throttles us', gateway(429, '429001'), { outcome: 'failed', code: 'platform-throttled' }],
    ['hangs up', { kind: 'reset' }, { outcome: 'not-confirmed', code: 'create-not-confirmed' }],
    ['fails', json(500, {}), { outcome: 'not-confirmed', code: 'create-not-confirmed' }],
    [
      'carries it out and hangs up',
      { kind: 'lost-answer', instead: 'reset' },
      { outcome: 'created', jobId: '101' },
    ],
    [
      'does not show the job',
      {
        kind: 'answer',
        status: 200,
        headers: { 'x-location': '/data/core/ups/export/jobs/77' },
        body: '',
      },
      { outcome: 'created', code: 'platform-malformed', jobId: '77' },
    ],
  ])('says what has come of a create when Platform %s', async (_name, how, line) => {
    mishave('create', how);
    // To tell a job from an older one, time may have to pass.
    await drive(service, post(newJob));
    expect(file.lines()).toMatchObject([{ action: 'create', datasetId: 'ds', ...line }]);
    expect(service.emulator.requests.all('create')).toHaveLength(1);
  });

  it.each<[string, How]>([
    ['hangs up', { kind: 'reset' }],
    ['fails', json(500, {})],
  ])('says that nobody knows where Platform %s and does not show its list', async (_name, how) => {
    mishave('create', how);
    mishave('list', json(500, {}));
    await post(newJob);
    const line = { action: 'create', datasetId: 'ds', outcome: 'unknown', code: 'create-outcome-unknown' };
    expect(file.lines()).toMatchObject([line]);
  });

  it('does not call a cancel failed that may have been carried out', async () => {
    mishave('cancel', { kind: 'reset' });
    await service.send('DELETE', '/jobs/7', as('ada'));
    expect(file.lines()).toMatchObject([{ action: 'cancel', outcome: 'unknown', jobId: '7' }]);
  });
});
