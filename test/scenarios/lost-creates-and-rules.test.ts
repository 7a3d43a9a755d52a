import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Response } from 'supertest';
import { anExport, createsOf, jobsOf, otherExport, post } from '../support/creates-under-test.ts';
import { drive } from '../support/driving.ts';
import { createFolder, type Folder } from '../support/folder.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

/** A rule that lets a create go, and then would not let the same one go any more. */
interface Rule {
  readonly name: string;
  readonly refusal: readonly [number, string];
  /** As the policies say at first, and later. */
  readonly before: object;
  readonly after: object;
  readonly ifMatch?: true;
}

const rules: readonly Rule[] = [
  {
    name: 'a policy',
    refusal: [403, 'policy-refused'],
    before: { datasets: ['d', 'other'] },
    after: { datasets: ['other'] },
  },
  {
    name: 'the hours',
    refusal: [403, 'policy-refused'],
    // The tests' clock begins at midnight.
    before: { hours: { from: '00:00', to: '00:01', timeZone: 'UTC' } },
    after: { hours: { from: '00:00', to: '00:01', timeZone: 'UTC' } },
  },
  { name: 'If-Match', refusal: [412, 'precondition-failed'], before: {}, after: {}, ifMatch: true },
];

describe.each(rules)('a create without an outcome, where $name would refuse it by now', (rule) => {
  let folder: Folder;
  let service: ServiceUnderTest;
  let headers: Record<string, string>;

  beforeEach(async () => {
    folder = createFolder();
    const POLICIES_FILE = write(rule.before);
    service = await startServiceUnderTest({ env: { POLICIES_FILE } });
    const { etag } = (await service.send('GET', '/jobs')).headers;
    headers = rule.ifMatch ? { 'if-match': String(etag) } : {};
  });
  afterEach(async () => {
    await service.stop();
    folder[Symbol.dispose]();
  });

  const write = (everyone: object) => folder.write('policies.json', JSON.stringify({ everyone }));
  const send = async (body: object = anExport, more = headers): Promise<Response> =>
    (await drive(service, post(service, body, { key: 'k', headers: more }))).value;

  const hideList = () =>
    service.emulator.misbehaviours.add({ route: 'list', how: { kind: 'empty', status: 500 } });

  async function lose(how: { kind: 'lost-answer' } | { kind: 'reset' }): Promise<void> {
    const { misbehaviours } = service.emulator;
    misbehaviours.add({ route: 'create', times: 1, how });
    // A condition has to read the list itself, so there it is the job that is not shown.
    if (rule.ifMatch)
      misbehaviours.add({ route: 'create', times: 1, how: { kind: 'late-in-list', ms: 5_000 } });
    else hideList();
    expect((await send()).body.code).toMatch(/^create-(?:outcome-unknown|not-confirmed)$/);
    misbehaviours.clear();
    await makeRefuse();
  }

  async function makeRefuse(): Promise<void> {
    write(rule.after);
    service.emulator.jobs.put('prod', { id: 7, status: 'NEW', ...elsewhere });
    service.emulator.clock.advance(61_000);
    // It is what refuses the export with any other key.
    const { value } = await drive(service, post(service, anExport, { key: 'other', headers }));
    expect([value.status, value.body.code]).toEqual(rule.refusal);
  }

  it('is answered with its job', async () => {
    await lose({ kind: 'lost-answer' });
    const answer = await send();
    expect([answer.status, answer.body.id]).toEqual([201, '101']);
    expect((await send()).headers['idempotent-replayed']).toBe('true');
    expect(createsOf(service)).toBe(1);
  });

  it('is 504 where the list cannot be read, or does not show it so far', async () => {
    await lose({ kind: 'reset' });
    expect((await send()).body).toMatchObject({ status: 504, code: 'create-not-confirmed' });
    hideList();
    expect((await send()).body).toMatchObject({ status: 504, code: 'create-outcome-unknown' });
    expect(createsOf(service)).toBe(1);
  });

  it('is refused where it was certainly not carried out, and its key is free', async () => {
    await lose({ kind: 'reset' });
    service.emulator.clock.advance(75_000);
    const answer = await send();
    expect([answer.status, answer.body.code]).toEqual(rule.refusal);
    expect(createsOf(service)).toBe(1);
    write({});
    service.emulator.clock.advance(2_000);
    const other = await send(otherExport, {});
    expect([other.status, createsOf(service), jobsOf(service).length]).toEqual([201, 2, 2]);
  });
});

/** Another export, so that the list is another one. */
const elsewhere = {
  destination: { datasetId: 'elsewhere' },
  schema: { name: '_xdm.context.profile' },
  creationTime: Date.parse('2026-01-01T00:00:30Z'),
};
