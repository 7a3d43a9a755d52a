import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { openSqliteClaims } from '../../../src/claims/sqlite-claims.ts';
import { silentLog } from '../../../src/observability/log.ts';
import { describeClaims } from '../../support/claims-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'claims-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

describeClaims('in a file', async (clock) => {
  files += 1;
  return openSqliteClaims({ file: join(folder, `${files}.sqlite`), clock, log: silentLog });
});

describeClaims('in memory', async (clock) => openSqliteClaims({ file: ':memory:', clock, log: silentLog }));
