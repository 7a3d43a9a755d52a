import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { createRunningClock } from '../../emulator/movable-clock.ts';
import { anExport } from '../support/creates-under-test.ts';
import { until } from '../support/driving.ts';
import { createFolder, type Folder } from '../support/folder.ts';
import { type Program, startProgram } from '../support/program.ts';
import { emulatorEnv } from '../support/service-under-test.ts';

/** With real processes, which are really killed. */
describe('a create whose process is killed', () => {
  let emulator: Emulator;
  let folder: Folder;
  beforeEach(async () => {
    emulator = await startEmulator({ clock: createRunningClock() });
    folder = createFolder();
  });
  afterEach(async () => {
    await emulator.close();
    folder[Symbol.dispose]();
  });

  const auditFile = () => join(folder.path, 'audit.log');
  const auditLines = (): Record<string, unknown>[] =>
    readFileSync(auditFile(), 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));

  async function start(...args: string[]): Promise<{ program: Program; url: string }> {
    const program = startProgram('test/support/dying-main.ts', {
      env: {
        ...emulatorEnv(emulator),
        CLAIMS_FILE: join(folder.path, 'claims.sqlite'),
        AUDIT_FILE: auditFile(),
      },
      args,
    });
    const [, url = ''] = await program.waitFor(/"url":"(http[^"]+)"/);
    return { program, url };
  }

  const post = (url: string, key?: string) =>
    fetch(`${url}/jobs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) },
      body: JSON.stringify(anExport),
    });

  const bodyOf = async (answer: Response): Promise<{ id?: string; code?: string }> =>
    Object(await answer.json());
  const jobIds = () => emulator.jobs.list('prod').map(({ id }) => String(id));

  /** Asks as a caller would: again as long as it is told to. */
  async function postUntilDone(url: string, key: string): Promise<Response> {
    for (;;) {
      const answer = await post(url, key);
      if (answer.status !== 409) return answer;
    }
  }

  it.each([
    ['before', 'claim'],
    ['after', 'claim'],
    ['before', 'sending'],
  ])('%s its %s: nothing was sent, and the same key creates at once', async (when, verb) => {
    const first = await start(when, verb);
    await expect(post(first.url, 'k')).rejects.toThrow();
    await first.program.ended();
    const second = await start();
    const answer = await post(second.url, 'k');
    expect(answer.status).toBe(201);
    expect(jobIds()).toEqual([(await bodyOf(answer)).id]);
    await second.program[Symbol.asyncDispose]();
  });

  it.each([
    ['after its answer, before that is kept', 'before', 'settle'],
    ['when its answer is kept', 'after', 'settle'],
  ])('%s: the same key gets the job', async (_name, when, verb) => {
    const first = await start(when, verb);
    await expect(post(first.url, 'k')).rejects.toThrow();
    await first.program.ended();
    const second = await start();
    const answer = await postUntilDone(second.url, 'k');
    expect(answer.status).toBe(201);
    expect(jobIds()).toEqual([(await bodyOf(answer)).id]);
    await second.program[Symbol.asyncDispose]();
  });

  it.each(['silence', 'reset'] as const)(
    'while Platform carries it out (%s): the same key gets the job, and the audit trail has its line',
    async (instead) => {
      emulator.misbehaviours.add({ route: 'create', times: 1, how: { kind: 'lost-answer', instead } });
      // So that the process is still looking for the job when it dies.
      emulator.misbehaviours.add({ route: 'list', times: 1, how: { kind: 'hang' } });
      const first = await start();
      const call = post(first.url, 'k');
      await until(() => jobIds().length === 1);
      first.program.process.kill('SIGKILL');
      await expect(call).rejects.toThrow();
      await first.program.ended();
      emulator.misbehaviours.clear();
      const second = await start();
      const answer = await postUntilDone(second.url, 'k');
      expect(answer.status).toBe(201);
      expect(jobIds()).toEqual([(await bodyOf(answer)).id]);
      expect(auditLines()).toContainEqual(
        expect.objectContaining({ outcome: 'created', jobId: jobIds()[0] }),
      );
      await second.program[Symbol.asyncDispose]();
    },
  );

  it('after it was sent and was not carried out: the same key is told so, and no second one is sent', async () => {
    emulator.misbehaviours.add({ route: 'create', times: 1, how: { kind: 'hang' } });
    const first = await start();
    const call = post(first.url, 'k');
    await until(() => emulator.requests.all('create').length === 1);
    first.program.process.kill('SIGKILL');
    await expect(call).rejects.toThrow();
    await first.program.ended();
    const second = await start();
    const answer = await post(second.url, 'k');
    expect(['idempotency-key-in-use', 'create-not-confirmed']).toContain((await bodyOf(answer)).code);
    expect(answer.headers.get('retry-after')).not.toBeNull();
    expect(emulator.requests.all('create')).toHaveLength(1);
    await second.program[Symbol.asyncDispose]();
  });

  it('without a key has its line in the audit trail after the restart', async () => {
    emulator.misbehaviours.add({
      route: 'create',
      times: 1,
      how: { kind: 'lost-answer', instead: 'silence' },
    });
    const first = await start();
    const call = post(first.url);
    await until(() => jobIds().length === 1);
    first.program.process.kill('SIGKILL');
    await expect(call).rejects.toThrow();
    await first.program.ended();
    const second = await start();
    await until(() => auditLines().length > 0);
    expect(auditLines()).toEqual([
      expect.objectContaining({ action: 'create', outcome: 'created', recovered: true, jobId: jobIds()[0] }),
    ]);
    await second.program[Symbol.asyncDispose]();
  });
});
