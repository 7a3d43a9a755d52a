import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadSettings } from '../../src/config/load-settings.ts';
import type { Settings } from '../../src/config/settings.ts';
import { SettingsError } from '../../src/config/settings-error.ts';

type Env = Readonly<Record<string, string>>;

/** The least that has to be set. */
export const enough = {
  ADOBE_CLIENT_ID: 'client',
  ADOBE_CLIENT_SECRET: 'the-secret',
  ADOBE_ORG_ID: 'ORG@AdobeOrg',
};

/** The settings with these variables, or all that is wrong with them: a sentence each. */
export function read(env: Env, directory?: string): Settings | readonly string[] {
  try {
    return loadSettings({ env: { ...enough, ...env }, ...(directory !== undefined && { directory }) });
  } catch (error) {
    if (error instanceof SettingsError) return error.message.split('\n');
    throw error;
  }
}

/** A folder with the project's own configuration, to which a test may add files. */
export interface ConfigFolder extends Disposable {
  readonly path: string;
  write(name: string, content: string | Buffer): string;
}

export function createConfigFolder(): ConfigFolder {
  const path = mkdtempSync(join(tmpdir(), 'config-'));
  cpSync(fileURLToPath(new URL('../../config/', import.meta.url)), path, { recursive: true });
  // Of whoever works on this machine.
  rmSync(join(path, 'local.json'), { force: true });
  return {
    path,
    write(name, content) {
      const file = join(path, name);
      writeFileSync(file, content);
      return file;
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true }),
  };
}
