import { readSecretFile } from './secret-file.ts';
import type { SettingFault } from './settings-error.ts';
import { textFault, trimBlanks } from './text-faults.ts';
import { UnusableFile } from './text-file.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface ReadEnvironment {
  /** What is set, and not at fault; secrets that were given as files among it. */
  readonly values: Environment;
  readonly faults: readonly SettingFault[];
  /** Names that are set but at fault: what they would have set is not missing. */
  readonly faulty: ReadonlySet<string>;
  /** The settings of `adobe` that were read from files, each with the path. */
  readonly secretFiles: Readonly<Record<string, string>>;
}

/**
 * Each of these can also be given as `NAME_FILE`, the path of a file that holds it. What has a name here is
 * read again later, see `adobe.secretFiles`.
 */
const secretVariables: Readonly<Record<string, string | undefined>> = {
  ADOBE_CLIENT_SECRET: 'clientSecret',
  ADOBE_CLIENT_SECRET_NEXT: 'clientSecretNext',
  ADOBE_PRIVATE_KEY: 'privateKey',
  ADOBE_PRIVATE_KEY_PASSPHRASE: 'privateKeyPassphrase',
  REDIS_URL: undefined,
};

/** The lower-case spelling of these is as common as the upper-case one. */
const proxyVariables = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];

/** A PEM has several lines, and blanks where a secret has none. */
export const mayHaveLines = (variable: string) => variable === 'ADOBE_PRIVATE_KEY';

/** The variables of these names: trimmed, a blank one as one that is not set, secrets read from their files. */
export function readEnvironment(env: Environment, names: readonly string[]): ReadEnvironment {
  const faults: SettingFault[] = [];
  const faulty = new Set<string>();
  const secretFiles: Record<string, string> = {};
  const values: Record<string, string | undefined> = {};

  function addFault(path: string, detail: string, variable = path): void {
    faults.push({ path, detail });
    faulty.add(variable);
  }

  function read(name: string): string | undefined {
    const text = trimBlanks(env[name] ?? '');
    if (text === '') return undefined;
    const fault = textFault(text, { mayHaveLines: mayHaveLines(name) });
    if (fault === undefined) return text;
    addFault(name, fault);
    return undefined;
  }

  function readFile(name: string): string | undefined {
    const fileName = `${name}_FILE`;
    const path = read(fileName);
    if (faulty.has(fileName)) faulty.add(name);
    if (path === undefined) return undefined;
    if (values[name] !== undefined || faulty.has(name)) {
      addFault(fileName, `is set beside ${name}: keep one of the two`, name);
      return undefined;
    }
    try {
      const text = readSecretFile(path, { mayHaveLines: mayHaveLines(name) });
      const setting = secretVariables[name];
      if (setting) secretFiles[setting] = path;
      return text;
    } catch (error) {
      if (!(error instanceof UnusableFile)) throw error;
      addFault(fileName, error.message, name);
      return undefined;
    }
  }

  for (const name of new Set([...names, ...proxyVariables, 'NODE_ENV'])) values[name] = read(name);
  for (const name of proxyVariables) values[name] ??= faulty.has(name) ? undefined : read(name.toLowerCase());
  for (const name of Object.keys(secretVariables)) {
    const fromFile = readFile(name);
    values[name] ??= fromFile;
  }
  return { values, faults, faulty, secretFiles };
}
