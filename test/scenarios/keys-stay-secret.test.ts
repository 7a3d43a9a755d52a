import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createKey, hashKey } from '../../src/callers/api-key.ts';
import {
  type CallersFile,
  createCallersFile,
  entryOf,
  withBearer,
  withKey,
} from '../support/callers-file.ts';
import { until } from '../support/driving.ts';
import { startProgram } from '../support/program.ts';
import { startServiceUnderTest } from '../support/service-under-test.ts';
import { enough } from '../support/settings-under-test.ts';

const [right, ended, wrong, misplaced] = [createKey(), createKey(), createKey(), createKey()];
const canaries = [right, ended, wrong, misplaced].flatMap((key) => [key, hashKey(key)]);

const good = [entryOf('right', [right]), entryOf('ended', [ended], { expires: '2025-01-01' })];
/** Keys in every place where somebody could paste one. */
const bad: readonly unknown[] = [
  { ...good[0], keys: [misplaced] },
  { ...good[1], name: misplaced },
  { ...good[0], permissions: [misplaced], sandboxes: [misplaced], expires: misplaced, limits: misplaced },
  { ...good[0], [misplaced]: misplaced, limits: { [misplaced]: 1 }, certificates: misplaced },
  misplaced,
];
const badFile = JSON.stringify({ callers: bad });

describe('a key of a caller, and its hash', () => {
  let file: CallersFile;
  beforeEach(() => {
    file = createCallersFile(good);
  });
  afterEach(() => file[Symbol.dispose]());

  const found = (text: string) => canaries.filter((canary) => text.includes(canary));

  it('is in no answer and no line of the log or the audit trail, whatever becomes of the call and of the file', async () => {
    await using service = await startServiceUnderTest({ env: file.env });
    let seen = '';
    const send = async (method: string, path: string, options: object) => {
      const { status, text, headers } = await service.send(method, path, options);
      seen += JSON.stringify(headers) + text;
      return status;
    };
    const statuses = new Set<number>();
    const calls = [
      ['GET', '/jobs'],
      ['POST', '/jobs'],
      ['GET', '/jobs/100'],
      ['GET', '/jobs?limit=x'],
      ['GET', '/nowhere'],
    ] as const;
    for (const key of [right, ended, wrong]) {
      for (const [method, path] of calls) {
        statuses.add(await send(method, path, withKey(key)));
        statuses.add(await send(method, path, withBearer(key)));
        const headers = { 'x-caller-key': key, 'x-sandbox-name': 'dev' };
        statuses.add(await send(method, path, { headers }));
        statuses.add(await send(method, path, { headers: { authorization: key } }));
      }
    }
    expect([...statuses].sort()).toEqual([200, 400, 401, 403, 404]);
    for (const content of [badFile, misplaced, `{"callers":[{"keys":["${misplaced}"`, [], good]) {
      file.write(content);
      service.emulator.clock.advance(2_000);
    }
    const sent = JSON.stringify(service.emulator.requests.all());
    await until(() => service.logLines().length > 60);
    expect(service.logLines().filter(({ level }) => level === 'warn')).toHaveLength(3);
    expect(found(JSON.stringify(service.logLines()))).toEqual([]);
    expect(service.auditLines().length).toBeGreaterThan(2);
    expect(found(JSON.stringify(service.auditLines()))).toEqual([]);
    expect(found(seen)).toEqual([]);
    expect(found(sent)).toEqual([]);
  });

  it.each([
    ['--check', good, 0],
    ['--check', badFile, 1],
    [undefined, badFile, 1],
    ['--check', misplaced, 1],
  ])('is not in what npm start %s prints', async (option, content, code) => {
    file.write(content);
    const args = option === undefined ? [] : [option];
    await using program = startProgram('src/main.ts', { env: { ...enough, ...file.env }, args });
    expect(await program.ended()).toBe(code);
    expect(program.output()).toMatch(/callers/i);
    expect(found(program.output())).toEqual([]);
  });
});
