import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type AuditFile, createAuditFile, linesOf } from '../support/audit-file.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const newJob = { datasetId: 'd', allProfiles: true };

let file: AuditFile;
let service: ServiceUnderTest;
beforeEach(() => {
  file = createAuditFile();
});
afterEach(async () => {
  await service.stop();
  file[Symbol.dispose]();
});

const start = async (env: Record<string, string> = {}) => {
  service = await startServiceUnderTest({ env: { ...file.env, ...env } });
};
const create = async () => (await service.send('POST', '/jobs', { body: newJob })).status;
const jobIdsOf = (lines: Record<string, unknown>[]) => lines.map(({ jobId }) => jobId);
const told = (begins: string) => service.logLines().filter(({ msg }) => String(msg).startsWith(begins));
const lostLines = () => service.logLines().filter(({ msg }) => msg === 'audit');

describe('a file of the audit trail', () => {
  it('that is moved away has no more lines, and the next one is in a new file', async () => {
    await start();
    await create();
    renameSync(file.path, `${file.path}.1`);
    await create();
    await create();
    expect(jobIdsOf(linesOf(readFileSync(`${file.path}.1`, 'utf8')))).toEqual(['101']);
    expect(jobIdsOf(file.lines())).toEqual(['102', '103']);
  });

  it('that is deleted is made again', async () => {
    await start();
    await create();
    rmSync(file.path);
    await create();
    expect(jobIdsOf(file.lines())).toEqual(['102']);
  });

  it('is added to by a process that comes after, behind a line that broke off', async () => {
    appendFileSync(file.path, '{"log":"audit","outcome":"crea');
    await start();
    await create();
    await service.stop();
    await start();
    await create();
    const [broken, ...lines] = file.text().trimEnd().split('\n');
    expect(broken).toBe('{"log":"audit","outcome":"crea');
    expect(lines.map((line) => JSON.parse(line).outcome)).toEqual(['created', 'created']);
  });
});

describe('an audit trail that is lost', () => {
  it.each<[string, string, () => void, () => void]>([
    ['has a full disk', 'ENOSPC', () => file.fillDisk(), () => file.makeRoom()],
    [
      'has lost its folder',
      'ENOENT',
      () => rmSync(file.folder, { recursive: true }),
      () => mkdirSync(file.folder),
    ],
    [
      'is a folder now',
      'EISDIR',
      () => {
        rmSync(file.path);
        mkdirSync(file.path);
      },
      () => rmSync(file.path, { recursive: true }),
    ],
  ])(
    'as it %s (%s) goes to the log, loudly, until it can be written again',
    async (_name, code, lose, mend) => {
      await start();
      await create();
      lose();
      expect([await create(), await create()]).toEqual([201, 201]);
      expect(told('The audit trail cannot be written')).toMatchObject([
        { level: 'error', code, destination: file.path, lines: 1 },
      ]);
      expect(lostLines()).toMatchObject([
        { level: 'error', log: 'audit', lost: true, outcome: 'created', jobId: '102' },
        { level: 'error', log: 'audit', lost: true, outcome: 'created', jobId: '103' },
      ]);
      mend();
      expect(await create()).toBe(201);
      const since = new Date(service.emulator.clock.wallNow()).toISOString();
      expect(file.lines().slice(-2)).toMatchObject([
        { log: 'audit', action: 'resumed', lost: 2, since },
        { action: 'create', jobId: '104' },
      ]);
      expect(told('The audit trail is written again')).toMatchObject([{ level: 'info', lines: 2, since }]);
      expect(lostLines()).toHaveLength(2);
    },
  );

  it('is told once a minute at most, with how many lines are missing', async () => {
    await start();
    file.fillDisk();
    for (let sent = 0; sent < 3; sent += 1) {
      await create();
      await create();
      service.emulator.clock.advance(30_000);
    }
    expect(told('The audit trail cannot be written').map(({ lines }) => lines)).toEqual([1, 5]);
  });

  it('stops creates where it is required, and cancels and reads go on', async () => {
    await start({ AUDIT_REQUIRED: 'true' });
    await create();
    rmSync(file.folder, { recursive: true });
    const answer = await service.send('POST', '/jobs', { body: newJob });
    expect(answer.body).toMatchObject({
      status: 503,
      code: 'audit-unavailable',
      owner: 'operator',
      retryable: true,
    });
    expect(service.emulator.requests.all('create')).toHaveLength(1);
    expect(lostLines()).toMatchObject([{ outcome: 'failed', code: 'audit-unavailable', datasetId: 'd' }]);
    expect((await service.send('DELETE', '/jobs/101')).status).toBe(202);
    expect((await service.send('GET', '/jobs/101')).status).toBe(200);
    mkdirSync(file.folder);
    expect(await create()).toBe(201);
    expect(file.lines()).toMatchObject([{ action: 'resumed', lost: 2 }, { jobId: '102' }]);
  });

  it('stops creates on a full disk from the second on: only a line that does not fit tells of it', async () => {
    await start({ AUDIT_REQUIRED: 'true' });
    file.fillDisk();
    expect([await create(), await create(), await create()]).toEqual([201, 503, 503]);
    expect(jobIdsOf(lostLines())).toEqual(['101', undefined, undefined]);
    file.makeRoom();
    expect(await create()).toBe(201);
  });
});
