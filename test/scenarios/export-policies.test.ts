import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createKey } from '../../src/callers/api-key.ts';
import { type CallersFile, createCallersFile, entryOf, withKey } from '../support/callers-file.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';
import { type ConfigFolder, createConfigFolder } from '../support/settings-under-test.ts';

const [reporting, other] = [createKey(), createKey()];
const may = { permissions: ['jobs:read', 'jobs:create'] };

const ours = { datasetId: 'd', segments: ['s'], fields: ['a.b'] };
const adobes = {
  destination: { datasetId: 'd' },
  schema: { name: '_xdm.context.profile' },
  filter: { segments: [{ segmentId: 's' }] },
  fields: 'a.b',
};

describe('an export, where the operator has set policies', () => {
  let callers: CallersFile;
  let folder: ConfigFolder;
  let service: ServiceUnderTest | undefined;
  beforeEach(() => {
    callers = createCallersFile([entryOf('reporting', [reporting], may), entryOf('other', [other], may)]);
    folder = createConfigFolder();
  });
  afterEach(async () => {
    await service?.stop();
    service = undefined;
    callers[Symbol.dispose]();
    folder[Symbol.dispose]();
  });

  const write = (rules: object) => folder.write('policies.json', JSON.stringify(rules));
  async function start(rules: object): Promise<ServiceUnderTest> {
    service = await startServiceUnderTest({ env: { ...callers.env, POLICIES_FILE: write(rules) } });
    return service;
  }
  const create = async (body: object, key = other) =>
    service?.send('POST', '/jobs', { body, ...withKey(key) });
  const statusOf = async (body: object, key = other) => (await create(body, key))?.status;
  const placesOf = async (body: object, key = other) => {
    const answer = (await create(body, key))?.body;
    expect(answer).toMatchObject({ status: 403, code: 'policy-refused', retryable: false, owner: 'caller' });
    return answer.errors.map(({ rule, pointer }: Record<string, string>) => `${rule} ${pointer}`);
  };
  const sent = () => service?.emulator.requests.all('create').length;

  it('is refused in both forms of body, with each rule and its place, and nothing is sent', async () => {
    await start({
      everyone: { datasets: ['e'], allProfiles: false, forbiddenFields: ['personalEmail.*'], events: false },
    });
    const fields = ['a.b', 'PersonalEmail'];
    expect(await placesOf({ datasetId: 'd', allProfiles: true, fields, events: {} })).toEqual([
      'datasets /datasetId',
      'allProfiles /allProfiles',
      'forbiddenFields /fields/1',
      'events /events',
      'forbiddenFields /events/fields',
    ]);
    const { filter: _filter, ...everybody } = adobes;
    const events = { additionalFields: { eventList: { fields: 'personalEmail.address' } } };
    for (const filter of [{}, { filter: {} }, { filter: { emptyProfiles: true } }]) {
      expect(await placesOf({ ...everybody, ...filter, ...events, fields: '' })).toEqual([
        'datasets /destination/datasetId',
        'allProfiles /filter',
        'forbiddenFields /fields',
        'events /additionalFields/eventList',
        'forbiddenFields /additionalFields/eventList/fields',
      ]);
    }
    expect(sent()).toBe(0);
  });

  it('is one of profiles: no rule can judge another schema, so none goes that is not named', async () => {
    await start({
      everyone: { events: false, allowedFields: ['a.*'] },
      callers: { reporting: { schemas: ['_xdm.context.experienceevent'] } },
    });
    for (const schema of ['_xdm.context.experienceevent', '_XDM.context.profile', ' _xdm.context.profile']) {
      expect(await placesOf({ ...ours, schema })).toEqual(['schemas /schema']);
      expect(await placesOf({ ...adobes, schema: { name: schema } })).toEqual(['schemas /schema/name']);
    }
    expect(await placesOf(ours, reporting)).toEqual(['schemas /schema']);
    expect(sent()).toBe(0);
    const events = { ...adobes, schema: { name: '_xdm.context.experienceevent' } };
    expect([await statusOf(events, reporting), await statusOf(ours), await statusOf(adobes)]).toEqual([
      201, 201, 201,
    ]);
  });

  it('goes where it breaks no rule', async () => {
    await start({
      everyone: { datasets: ['d'], allProfiles: false, allowedFields: ['a.*'], allFields: false },
    });
    expect([await statusOf(ours), await statusOf(adobes)]).toEqual([201, 201]);
  });

  it('is judged by the rules of its own caller, whatever name the request gives', async () => {
    await start({ everyone: { datasets: ['e'] }, callers: { reporting: { datasets: ['d'] } } });
    expect([await statusOf(ours, reporting), await statusOf(ours, other)]).toEqual([201, 403]);
  });

  it('is judged by the new rules within two seconds after the file has changed', async () => {
    const { emulator } = await start({ everyone: { datasets: ['e'] } });
    write({ everyone: { datasets: ['d'] } });
    emulator.clock.advance(2_000);
    expect(await statusOf(ours)).toBe(201);
    write({ everyone: { datasets: 5 } });
    emulator.clock.advance(2_000);
    expect([await statusOf(ours), await statusOf({ ...ours, datasetId: 'e' })]).toEqual([201, 403]);
  });

  it('goes only within the hours', async () => {
    const { emulator } = await start({});
    const time = (ms: number) => new Date(ms).toISOString().slice(11, 16);
    const nowMs = emulator.clock.wallNow();
    const hour = 3_600_000;
    write({ everyone: { hours: { from: time(nowMs + hour), to: time(nowMs + 2 * hour), timeZone: 'UTC' } } });
    emulator.clock.advance(2_000);
    expect(await placesOf(ours)).toEqual(['hours ']);
    emulator.clock.advance(hour);
    expect(await statusOf(ours)).toBe(201);
  });

  it('of ten at once goes as often as there are places, and a named caller has its own', async () => {
    await start({ everyone: { mostRunningJobs: 3 }, callers: { reporting: { mostRunningJobs: 1 } } });
    const bodies = Array.from({ length: 10 }, (_, nth) => ({ ...ours, datasetId: `d${nth}` }));
    const byReporting = await Promise.all(bodies.map((body) => statusOf(body, reporting)));
    const byOther = await Promise.all(bodies.map((body) => statusOf(body, other)));
    const created = (statuses: unknown[]) => statuses.filter((status) => status === 201).length;
    expect([created(byReporting), created(byOther)]).toEqual([1, 2]);
    expect(sent()).toBe(3);
    expect(await placesOf(ours)).toEqual(['mostRunningJobs ']);
  });
});
