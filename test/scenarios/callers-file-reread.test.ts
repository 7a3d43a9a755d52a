import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createKey } from '../../src/callers/api-key.ts';
import { type CallersFile, createCallersFile, entryOf, hashOf, withKey } from '../support/callers-file.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const [first, second, other] = [createKey(), createKey(), createKey()];
/** Within this time a change is in effect. */
const noticedMs = 2_000;

describe('the file of callers', () => {
  let file: CallersFile;
  let service: ServiceUnderTest;
  beforeEach(async () => {
    file = createCallersFile([entryOf('reporting', [first]), entryOf('other', [other])]);
    service = await startServiceUnderTest({ env: file.env });
  });
  afterEach(async () => {
    await service.stop();
    file[Symbol.dispose]();
  });

  const notice = () => service.emulator.clock.advance(noticedMs);
  const list = async (key: string) => (await service.send('GET', '/jobs', withKey(key))).status;
  const statuses = async () => [await list(first), await list(second), await list(other)];
  const told = () => service.logLines().filter(({ msg }) => String(msg).startsWith('CALLERS_FILE'));

  it('lets a key be replaced without a refused request: two at once, and then the new one', async () => {
    expect(await statuses()).toEqual([200, 401, 200]);
    file.write([entryOf('reporting', [first, second]), entryOf('other', [other])]);
    notice();
    expect(await statuses()).toEqual([200, 200, 200]);
    file.replace([entryOf('reporting', [second]), entryOf('other', [other])]);
    notice();
    expect(await statuses()).toEqual([401, 200, 200]);
    expect(told()).toEqual(
      Array(2).fill(
        expect.objectContaining({ level: 'info', added: [], removed: [], changed: ['reporting'] }),
      ),
    );
  });

  it('is in effect for the next request: who was removed, who was added, who may do less', async () => {
    file.replace([entryOf('other', [other], { permissions: ['jobs:create'] }), entryOf('added', [second])]);
    expect(await statuses()).toEqual([200, 401, 200]);
    notice();
    expect(await statuses()).toEqual([401, 200, 403]);
    expect(told()).toEqual([
      expect.objectContaining({ added: ['added'], removed: ['reporting'], changed: ['other'] }),
    ]);
  });

  it('takes every key out of use when it is empty', async () => {
    file.write([]);
    notice();
    expect(await statuses()).toEqual([401, 401, 401]);
  });

  it.each([
    ['is away', (path: string) => rmSync(path), 'names a file that cannot be read (ENOENT)'],
    [
      'is half written',
      (path: string) => writeFileSync(path, '{"callers":[{"name":"x","k'),
      'names a file that is not in JSON: there is something wrong at line 1, column 27',
    ],
    [
      'has a fault',
      (path: string) =>
        writeFileSync(path, JSON.stringify({ callers: [entryOf('x', [second]), { name: 'x' }] })),
      'callers[1].permissions is required',
    ],
  ])('stays in use as it was when it %s, and the log says so once', async (_name, damage, fault) => {
    damage(file.path);
    for (let times = 0; times < 3; times += 1) notice();
    expect(await statuses()).toEqual([200, 401, 200]);
    expect(told()).toEqual([expect.objectContaining({ level: 'warn' })]);
    expect(Object(told()[0]).faults).toContain(fault);
    expect(JSON.stringify(told())).not.toContain('sha256:');
    file.write([entryOf('reporting', [second])]);
    notice();
    expect(await statuses()).toEqual([401, 200, 401]);
    expect(told()).toHaveLength(2);
  });

  it('is noticed behind the link that Kubernetes moves, though it is as long and as old as before', async () => {
    const { folder } = file;
    const fill = (name: string, key: string) => {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, 'callers.json'), JSON.stringify({ callers: [entryOf('a', [key])] }));
    };
    fill('one', first);
    fill('two', second);
    symlinkSync('one', join(folder, '..data'));
    rmSync(file.path);
    symlinkSync(join('..data', 'callers.json'), file.path);
    notice();
    expect(await statuses()).toEqual([200, 401, 401]);
    symlinkSync('two', join(folder, '..next'));
    renameSync(join(folder, '..next'), join(folder, '..data'));
    notice();
    expect(await statuses()).toEqual([401, 200, 401]);
  });

  it('says nothing while nothing changes, and is let go when the service stops', async () => {
    service.emulator.clock.advance(60_000);
    expect(told()).toEqual([]);
    await service.stop();
    expect(service.emulator.clock.alarms()).toBe(0);
  });

  it('names at most twenty callers and faults in a line', async () => {
    file.write(Array.from({ length: 30 }, (_, nth) => entryOf(`n${nth}`, [createKey()])));
    notice();
    expect(Object(told()[0]).added).toHaveLength(21);
    expect(Object(told()[0]).added.at(-1)).toBe('and 10 more');
    file.write(Array.from({ length: 30 }, () => ({ keys: [hashOf(createKey())] })));
    notice();
    expect(told()[1]).toMatchObject({ faultCount: 60 });
    expect(Object(told()[1]).faults).toHaveLength(20);
  });
});
