import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MovableClock } from '../../emulator/movable-clock.ts';
import { writeMemo } from '../../src/jobs/creating/create-memo.ts';
import { defineExport } from '../../src/jobs/creating/define-export.ts';
import { parseNewJob } from '../../src/jobs/parse-new-job.ts';
import { silentLog } from '../../src/observability/log.ts';
import { openClaims } from '../../src/open-claims.ts';
import { by } from '../support/changing.ts';
import { pass, settle } from '../support/driving.ts';
import { createFolder, type Folder } from '../support/folder.ts';
import { type ServiceUnderTest, startServiceUnderTest } from '../support/service-under-test.ts';

const inAdobesForm = (datasetId: string) => ({
  destination: { datasetId },
  schema: { name: '_xdm.context.profile' },
  filter: { segments: [{ segmentId: 's' }] },
});
/** What Platform fills in. */
const filling = { mergePolicy: { id: 'm', version: 1 } };
const bare = inAdobesForm('bare');
const other = { ...inAdobesForm('other'), ...filling };
const creates = { bare, other };
type Name = keyof typeof creates;

describe('two creates of a process that died, of which Platform shows one filled in', () => {
  let folder: Folder;
  let service: ServiceUnderTest;
  beforeEach(() => {
    folder = createFolder();
  });
  afterEach(async () => {
    await service.stop();
    folder[Symbol.dispose]();
  });
  const claimsFile = () => join(folder.path, 'claims.sqlite');

  /** Leaves the claims of creates behind that were sent, as a process does that dies then. */
  async function leave(clock: MovableClock, names: readonly Name[]): Promise<void> {
    const claims = openClaims({ claimsFile: claimsFile() }, { log: silentLog, clock });
    for (const requestId of names) {
      const { request, fingerprint } = defineExport(parseNewJob(creates[requestId]));
      const memo = writeMemo({ request, requestId, permission: 'all', by });
      const kept = { leaseMs: 60_000, keptForMs: 86_400_000, sentAtMs: clock.wallNow() };
      const whose = { sandbox: 'prod', caller: by.callerId };
      await claims.claim({ id: `create:${requestId}`, ...whose, fingerprint, memo, ...kept });
    }
    claims.close();
  }

  async function restart(order: readonly Name[], jobs: readonly object[]): Promise<void> {
    service = await startServiceUnderTest(async ({ clock, jobs: book }) => {
      await leave(clock, order);
      for (const [at, job] of jobs.entries())
        book.put('prod', { ...job, id: at + 1, status: 'NEW', creationTime: clock.adobe.wallNow() });
      return { env: { CLAIMS_FILE: claimsFile() } };
    });
  }

  const outcomes = () =>
    service
      .auditLines()
      .map(({ requestId, outcome, jobId, recovered }) => [requestId, outcome, jobId, recovered]);

  const orders: readonly [Name, Name][] = [
    ['bare', 'other'],
    ['other', 'bare'],
  ];
  it.each(orders)('both have their lines, that one once the other is settled: %s, %s', async (...order) => {
    await restart(order, [{ ...bare, ...filling }, other]);
    await settle(service);
    expect(outcomes()).toContainEqual(['other', 'created', '2', true]);
    await pass(service, 10_000);
    expect(outcomes().sort()).toEqual([
      ['bare', 'created', '1', true],
      ['other', 'created', '2', true],
    ]);
  });

  it.each(orders)(
    'both have their lines where the other one was not carried out: %s, %s',
    async (...order) => {
      await restart(order, [{ ...bare, ...filling }]);
      await pass(service, 70_000);
      expect(outcomes()).toEqual([]);
      await pass(service, 100_000);
      expect(outcomes()).toEqual([
        ['other', 'not-confirmed', undefined, true],
        ['bare', 'created', '1', true],
      ]);
    },
  );
});
