import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Emulator, startEmulator } from '../../emulator/emulator.ts';
import { createRunningClock } from '../../emulator/movable-clock.ts';
import { linesOf } from '../support/audit-file.ts';
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
  const programs: Program[] = [];
  afterEach(async () => {
    for (const program of programs.splice(0)) await program[Symbol.asyncDispose]();
    await emulator.close();
    folder[Symbol.dispose]();
  });

  const auditFile = () => join(folder.path, 'audit.log');
  const auditLines = () => (existsSync(auditFile()) ? linesOf(readFileSync(auditFile(), 'utf8')) : []);
  /** What the lines of the audit trail say, but for those of requests that were told to come again. */
  const outcomes = () =>
    auditLines()
      .filter(({ code }) => code !== 'idempotency-key-in-use')
      .map(({ outcome, jobId, recovered }) =>
        [outcome, jobId, recovered && 'recovered'].filter(Boolean).join(' '),
      );

  async function start(...args: string[]): Promise<{ program: Program; url: string }> {
    const program = startProgram('test/support/dying-main.ts', {
      env: {
        ...emulatorEnv(emulator),
        CLAIMS_FILE: join(folder.path, 'claims.sqlite'),
        AUDIT_FILE: auditFile(),
      },
      args,
    });
    programs.push(program);
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
      if (answer.status === 201) return answer;
      expect(['idempotency-key-in-use', 'create-not-confirmed']).toContain((await bodyOf(answer)).code);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
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
    expect(outcomes()).toEqual(['created 101']);
  });

  it.each([
    // Written, and not known to be: the only line that comes twice.
    [
      'after its answer, before that is kept',
      'before',
      'settle',
      ['created 101', 'created 101 recovered', 'replayed 101'],
    ],
    ['when its answer is kept', 'after', 'settle', ['created 101', 'replayed 101']],
  ])('%s: the same key gets the job', async (_name, when, verb, lines) => {
    const first = await start(when, verb);
    await expect(post(first.url, 'k')).rejects.toThrow();
    await first.program.ended();
    const second = await start();
    const answer = await postUntilDone(second.url, 'k');
    expect(answer.status).toBe(201);
    expect(jobIds()).toEqual([(await bodyOf(answer)).id]);
    expect(outcomes()).toEqual(lines);
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
      expect(outcomes()).toEqual(['created 101 recovered', 'replayed 101']);
    },
  );

  it('after it is written down and before it is sent: the same key is told so, and creates once that is sure', async () => {
    const first = await start('after', 'sending');
    await expect(post(first.url, 'k')).rejects.toThrow();
    await first.program.ended();
    expect(emulator.requests.all('create')).toHaveLength(0);
    const second = await start('never', '', JSON.stringify({ lateMs: 1_000, keyWaitMs: 500 }));
    const early = await post(second.url, 'k');
    expect([409, 504]).toContain(early.status);
    expect(early.headers.get('retry-after')).not.toBeNull();
    expect(emulator.requests.all('create')).toHaveLength(0);
    const answer = await postUntilDone(second.url, 'k');
    expect(jobIds()).toEqual([(await bodyOf(answer)).id]);
    expect(emulator.requests.all('create')).toHaveLength(1);
    expect(outcomes()).toEqual(['not-confirmed recovered', 'created 101']);
  });

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
    expect(outcomes().join()).not.toContain('created');
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
    await start();
    await until(() => auditLines().length > 0);
    expect(auditLines()).toEqual([
      expect.objectContaining({ action: 'create', outcome: 'created', recovered: true, jobId: jobIds()[0] }),
    ]);
  });
});
