import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createMovableClock } from '../../emulator/movable-clock.ts';
import { exportJobs, SettingsError } from '../../src/index.ts';
import { createRememberingLog } from '../support/claims-under-test.ts';

const adobe = { clientId: 'c', clientSecret: 's', orgId: 'o@AdobeOrg' };

describe('the files of a host application', () => {
  let folder: string;
  let claimsFile: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mounted-'));
    claimsFile = join(folder, 'claims.sqlite');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const mount = (options: object, log = createRememberingLog()) =>
    exportJobs({ adobe, log, clock: createMovableClock(), ...options });

  function faultOf(options: object): string | undefined {
    try {
      mount(options);
      return undefined;
    } catch (error) {
      if (error instanceof SettingsError) return error.message;
      throw error;
    }
  }

  it('leave that of the claims free where the one of the audit trail cannot be used', async () => {
    const audit = { file: join(folder, 'none', 'audit.jsonl') };
    expect(faultOf({ creates: { claimsFile }, audit })).toContain('audit.file names a file that cannot be');
    await mount({ creates: { claimsFile } }).close();
  });

  it('are called as the options call them', async () => {
    writeFileSync(claimsFile, 'not a database\n'.repeat(500));
    expect(faultOf({ creates: { claimsFile } })).toContain(
      `creates.claimsFile names ${claimsFile}, which is not`,
    );
    const log = createRememberingLog();
    await mount({}, log).close();
    expect(log.lines).toMatchObject([
      {
        level: 'warn',
        message: expect.stringMatching(/end with this process: creates\.claimsFile is :memory:$/),
      },
    ]);
  });
});
