import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Load, Util } from 'config/lib/util.js';
import { errorCode } from '../observability/error-code.ts';
import { parseSettings, type SettingFault, type Settings, SettingsError } from './settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Tree of setting names with the variable that overrides each, as node-config has it. */
interface VariableNames {
  readonly [name: string]: string | VariableNames;
}

export interface SettingsSource {
  readonly env: Environment;
  /** The folder with `default.json` and the others; the project's own unless given. */
  readonly directory?: string;
}

const projectConfig = fileURLToPath(new URL('../../config/', import.meta.url));

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

/**
 * The settings from `config/*.json` and the environment, which wins.
 *
 * @throws SettingsError with every fault, each under the name of its variable
 */
export function loadSettings({ env, directory = projectConfig }: SettingsSource): Settings {
  const variables = readVariableNames(directory);
  const { faults: fileFaults, env: complete, secretFiles } = withSecretFiles(withUpperCaseProxies(env));
  try {
    const raw = readLayers(directory, variables, complete, secretFiles);
    if (fileFaults.length === 0) return parseSettings(raw);
    parseSettings(raw);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const named = error.faults.map(({ path, detail }) => ({ path: variableOf(variables, path), detail }));
    // A secret whose file could not be read is not missing: its file is.
    const unread = new Set(fileFaults.map(({ path }) => path.replace(/_FILE$/, '')));
    throw new SettingsError([...fileFaults, ...named.filter(({ path }) => !unread.has(path))]);
  }
  throw new SettingsError(fileFaults);
}

/** The values of `config/default.json` alone, for whoever builds settings from code. */
export function readDefaults(): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL('../../config/default.json', import.meta.url), 'utf8'));
}

function readVariableNames(directory: string): VariableNames {
  return JSON.parse(readFileSync(`${directory}/custom-environment-variables.json`, 'utf8'));
}

/** node-config without its singleton, which would read `process.env` and the working directory by itself. */
class Layers extends Load {
  addEnvironment(variables: VariableNames, env: Environment): void {
    this.addConfig('environment', this.substituteDeep(variables, env));
  }
}

function readLayers(
  directory: string,
  variables: VariableNames,
  env: Environment,
  secretFiles: Readonly<Record<string, string>>,
): unknown {
  const nodeEnv = [env.NODE_ENV || 'development'];
  // No host name: node-config would take HOST for one and look for files named after it.
  const layers = new Layers({ configDir: directory, nodeEnv, hostName: '' });
  Util.loadFileConfigs(layers);
  layers.addEnvironment(variables, env);
  layers.addConfig('secret files', { adobe: { secretFiles } });
  return layers.config;
}

function withUpperCaseProxies(env: Environment): Environment {
  const found = proxyVariables.map((name) => [name, env[name] || env[name.toLowerCase()]]);
  return { ...env, ...Object.fromEntries(found) };
}

function withSecretFiles(env: Environment): {
  env: Environment;
  faults: SettingFault[];
  secretFiles: Record<string, string>;
} {
  const faults: SettingFault[] = [];
  const complete: Record<string, string | undefined> = { ...env };
  const secretFiles: Record<string, string> = {};
  for (const [name, setting] of Object.entries(secretVariables)) {
    const path = env[`${name}_FILE`];
    if (!path) continue;
    if (env[name]) {
      faults.push({ path: `${name}_FILE`, detail: `is set beside ${name}: keep one of the two` });
      continue;
    }
    try {
      complete[name] = readFileSync(path, 'utf8').trim();
      if (setting) secretFiles[setting] = path;
      if (complete[name] === '')
        faults.push({ path: `${name}_FILE`, detail: `names an empty file: ${path}` });
    } catch (error) {
      faults.push({
        path: `${name}_FILE`,
        detail: `names a file that cannot be read: ${path} (${errorCode(error)})`,
      });
    }
  }
  return { env: complete, faults, secretFiles };
}

/** `adobe.clientId` is `ADOBE_CLIENT_ID`; what no variable sets keeps its name in the files. */
function variableOf(variables: VariableNames, path: string): string {
  let found: string | VariableNames | undefined = variables;
  for (const part of path.split('.')) {
    // An item of a list is named by its list.
    if (typeof found === 'string') break;
    found = found?.[part];
  }
  return typeof found === 'string' ? found : `config: ${path}`;
}
