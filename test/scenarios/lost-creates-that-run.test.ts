import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { anExport, createsOf, jobsOf, otherExport, post } from '../support/creates-under-test.ts';
import { drive } from '../support/driving.ts';
import { createFolder, type Folder } from '../support/folder.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

let folder: Folder;
let service: ServiceUnderTest;
beforeEach(() => {
  folder = createFolder();
});
afterEach(async () => {
  await service.stop();
  folder[Symbol.dispose]();
});

const minute = 60_000;
const start = async (everyone: object) => {
  const POLICIES_FILE = folder.write('policies.json', JSON.stringify({ everyone }));
  service = await startServiceUnderTest({ env: { POLICIES_FILE } });
};
const send = async (...given: [object, Parameters<typeof post>[2]?]): Promise<Response> =>
  (await drive(service, post(service, ...given))).value;
const misbehave = (route: 'create' | 'list', how: 'lost-answer' | 'reset', times?: number) =>
  service.emulator.misbehaviours.add({ route, how: { kind: how }, ...(times && { times }) });

describe('the limit on running jobs, while it is not known whether a create has started one', () => {
  beforeEach(() => start({ mostRunningJobs: 1 }));
  const refusal = { status: 403, code: 'policy-refused', errors: [{ rule: 'mostRunningJobs' }] };
  const lose = async (how: 'lost-answer' | 'reset', key?: string) => {
    misbehave('create', how, 1);
    misbehave('list', 'reset');
    expect((await send(anExport, key === undefined ? {} : { key })).body.code).toBe('create-outcome-unknown');
    service.emulator.misbehaviours.clear();
  };

  it.each([undefined, 'k'])('counts it for an hour, and not longer (key: %s)', async (key) => {
    await lose('reset', key);
    expect((await send(otherExport)).body).toMatchObject(refusal);
    service.emulator.clock.advance(60 * minute - 1);
    expect((await send(otherExport)).body).toMatchObject(refusal);
    service.emulator.clock.advance(2);
    expect((await send(otherExport)).status).toBe(201);
    expect(createsOf(service)).toBe(2);
  });

  it('counts its job instead once that is found, until it has ended', async () => {
    await lose('lost-answer', 'k');
    expect((await send(otherExport)).body).toMatchObject(refusal);
    // What is owed to the key is no new job.
    expect((await send(anExport, { key: 'k' })).body.id).toBe('101');
    expect((await send(otherExport)).body).toMatchObject(refusal);
    service.emulator.clock.advance(30 * minute);
    expect((await send(otherExport)).status).toBe(201);
    expect(jobsOf(service)).toHaveLength(2);
  });

  it('counts it no longer once it was certainly not carried out', async () => {
    await lose('reset', 'k');
    service.emulator.clock.advance(75_000);
    expect((await send(anExport, { key: 'k' })).status).toBe(201);
    expect(jobsOf(service)).toHaveLength(1);
  });
});

describe('an export, two equals of which were lost at once', () => {
  beforeEach(() => start({}));
  const unknown = { status: 503, code: 'equal-job-unknown', retryable: true };

  it.each(['reuse', 'refuse'])(
    'is not started with %s as long as one of the jobs runs that may be theirs, and then is',
    async (mode) => {
      misbehave('create', 'lost-answer', 2);
      const both = await drive(service, Promise.all([post(service, anExport), post(service, anExport)]));
      expect(both.value.map(({ body }) => body.code)).toEqual(Array(2).fill('create-outcome-unknown'));
      const [one = '', other = ''] = jobsOf(service);
      const query = `?duplicate=${mode}`;
      const rehearsal = { query: `${query}&dryRun=true` };

      const expectUnknown = async () => {
        const { body, headers } = await send(anExport, { query });
        expect(body).toMatchObject(unknown);
        expect(Number(headers['retry-after'])).toBeGreaterThan(0);
        expect((await send(anExport, rehearsal)).body).toMatchObject(unknown);
      };
      await expectUnknown();
      const ended = (id: string) =>
        service.emulator.jobs.put('prod', {
          ...service.emulator.jobs.find('prod', id),
          id: Number(id),
          status: 'SUCCEEDED',
        });
      ended(one);
      await expectUnknown();
      ended(other);
      expect((await send(anExport, rehearsal)).body.wouldBe).toBe('created');
      const answer = await send(anExport, { query });
      expect([answer.status, createsOf(service), jobsOf(service).length]).toEqual([201, 3, 3]);

      const lines = service.auditLines().map(({ action, outcome }) => `${action} ${outcome}`);
      const refused = ['create failed', 'rehearse failed'];
      expect(lines).toEqual([
        ...Array(2).fill('create unknown'),
        ...refused,
        ...refused,
        'rehearse rehearsed',
        'create created',
      ]);
    },
  );

  it.each(['reuse', 'refuse'])(
    'and were not carried out, is started with %s once they cannot be',
    async (mode) => {
      misbehave('create', 'reset', 2);
      await drive(service, Promise.all([post(service, anExport), post(service, anExport)]));
      const query = `?duplicate=${mode}`;
      const early = await send(anExport, { query });
      expect(early.body).toMatchObject(unknown);
      expect((await send(anExport, { query: `${query}&dryRun=true` })).body).toMatchObject(unknown);
      service.emulator.clock.advance(1_000 * Number(early.headers['retry-after']));
      expect((await send(anExport, { query })).status).toBe(201);
      expect(createsOf(service)).toBe(3);
    },
  );
});
