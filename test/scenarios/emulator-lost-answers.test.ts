import { request as httpRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type EmulatorUnderTest, jobsPath, startEmulatorUnderTest } from '../support/emulator-under-test.ts';

let adobe: EmulatorUnderTest;
beforeEach(async () => {
  adobe = await startEmulatorUnderTest();
});
afterEach(() => adobe.emulator.close());

const body = JSON.stringify({ destination: { datasetId: 'd' }, schema: { name: 's' } });
const listed = async () => (await adobe.ask('GET', '')).body.records.map(({ id }: { id: number }) => id);
const isThere = (id: string) => adobe.emulator.jobs.find('prod', id) !== undefined;

/** A create over a connection of its own, and what comes back: a status, or the error of the connection. */
function create() {
  const { url, credential, tokens } = adobe.emulator;
  const headers = {
    authorization: `Bearer ${tokens.issue(3_600_000)}`,
    'x-api-key': credential.clientId,
    'x-gw-ims-org-id': credential.orgId,
    'x-sandbox-name': 'prod',
    'content-type': 'application/json',
  };
  const call = httpRequest(`${url}${jobsPath}`, { method: 'POST', headers, agent: false });
  const outcome = new Promise<number | string>((resolve) => {
    call.on('response', (answer) => resolve(answer.resume().statusCode ?? 0));
    call.on('error', (error) => resolve(Object(error).code));
    call.end(body);
  });
  return { outcome, hangUp: () => call.destroy() };
}

const until = async (isTrue: () => boolean) => {
  while (!isTrue()) await new Promise(setImmediate);
};

describe('a create whose answer is lost', () => {
  it.each([
    ['reset', 'ECONNRESET'],
    ['gateway-timeout', 504],
  ] as const)('by %s is carried out', async (instead, seen) => {
    adobe.emulator.misbehaviours.add({ route: 'create', times: 1, how: { kind: 'lost-answer', instead } });
    expect(await create().outcome).toBe(seen);
    expect(await listed()).toEqual([101]);
    expect(await create().outcome).toBe(200);
  });

  it('in silence is carried out, and its caller waits for ever', async () => {
    adobe.emulator.misbehaviours.add({ route: 'create', how: { kind: 'lost-answer', instead: 'silence' } });
    const { outcome, hangUp } = create();
    await until(() => isThere('101'));
    expect(adobe.emulator.requests.open()).toBe(1);
    hangUp();
    expect(await outcome).toBe('ECONNRESET');
  });

  it('is lost as well where it would have been a success without a body', async () => {
    adobe.emulator.misbehaviours.add({ how: { kind: 'lost-answer' } });
    adobe.emulator.misbehaviours.add({ how: { kind: 'empty-success' } });
    expect(await create().outcome).toBe('ECONNRESET');
    expect(isThere('101')).toBe(true);
  });
});

describe('a create that is late', () => {
  it('in the list can be read before', async () => {
    adobe.emulator.misbehaviours.add({ route: 'create', times: 1, how: { kind: 'late-in-list', ms: 5000 } });
    expect(await create().outcome).toBe(200);
    expect([await listed(), (await adobe.ask('GET', '/101')).status]).toEqual([[], 200]);
    adobe.emulator.clock.advance(4999);
    expect(await listed()).toEqual([]);
    adobe.emulator.clock.advance(1);
    expect(await listed()).toEqual([101]);
  });

  it('by a delay is carried out after its caller has hung up', async () => {
    adobe.emulator.misbehaviours.add({ route: 'create', how: { kind: 'delay', ms: 70_000 } });
    const { outcome, hangUp } = create();
    await until(() => adobe.emulator.clock.alarms() === 1);
    hangUp();
    expect(await outcome).toBe('ECONNRESET');
    await until(() => adobe.emulator.requests.open() === 0);
    expect(isThere('101')).toBe(false);
    adobe.emulator.clock.advance(70_000);
    expect(isThere('101')).toBe(true);
  });
});
