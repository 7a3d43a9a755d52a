import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { callersFileFaults } from './callers-file.ts';
import { type Layers, readLayers, readVariableNames, type VariableNames } from './config-files.ts';
import { type Environment, readEnvironment } from './environment.ts';
import { policiesFileFaults } from './policies-file.ts';
import { followKeepAlive } from './server-settings.ts';
import { parseSettings, type Settings } from './settings.ts';
import { type SettingFault, SettingsError } from './settings-error.ts';
import { isGroup } from './values.ts';

export interface SettingsSource {
  readonly env: Environment;
  /** The folder with `default.json` and the others; the project's own unless given. */
  readonly directory?: string;
  /** What is wrong with the files that settings name whose values are right. */
  readonly findFileFaults?: (settings: Settings) => readonly SettingFault[];
}

const projectConfig = fileURLToPath(new URL('../../config/', import.meta.url));

/**
 * The settings from `config/*.json` and the environment, which wins.
 *
 * @throws SettingsError with every fault, each under the name of its variable or its file
 */
export function loadSettings({
  env,
  directory = projectConfig,
  findFileFaults = () => [],
}: SettingsSource): Settings {
  const variables = readVariableNames(directory);
  const environment = readEnvironment(env, leaves(variables));
  const layers = readLayers(directory, variables, environment.values);
  const faults = [...environment.faults, ...layers.faults];
  const raw = withFollowers(layers, environment.secretFiles);
  const read = parse(raw);
  for (const { path, detail } of 'faults' in read ? read.faults : []) {
    const variable = variableOf(variables, path);
    // A variable that is set but at fault is not missing, too.
    if (variable !== undefined && environment.faulty.has(variable)) continue;
    faults.push({ path: nameOf(path, variable, layers), detail });
  }
  // Otherwise files would be looked at that nobody means.
  const more = 'settings' in read && faults.length === 0 ? findFileFaults(read.settings) : [];
  const inFiles = { 'callers.file': callersFileFaults, 'creates.policiesFile': policiesFileFaults };
  for (const [setting, findFaults] of Object.entries(inFiles)) {
    const file = nameOf(setting, variableOf(variables, setting), layers);
    for (const { path, detail } of findFaults(raw)) {
      faults.push({ path: path === '' ? file : `${file}: ${path}`, detail });
    }
  }
  faults.push(...more);
  if ('settings' in read && faults.length === 0) return read.settings;
  throw new SettingsError(faults);
}

function parse(raw: unknown): { settings: Settings } | Pick<SettingsError, 'faults'> {
  try {
    return { settings: parseSettings(raw) };
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
}

/** The values of `config/default.json` alone, for whoever builds settings from code. */
export function readDefaults(): Record<string, unknown> {
  return JSON.parse(readFileSync(new URL('../../config/default.json', import.meta.url), 'utf8'));
}

/** The layers' values, and what is made of them and not set by anybody. */
function withFollowers(layers: Layers, secretFiles: Readonly<Record<string, string>>): unknown {
  const { values } = layers;
  const isDefault = (path: string) => {
    const source = layers.sourceOf(path);
    return source !== 'environment' && source?.file === 'config/default.json';
  };
  const { adobe, server } = values;
  return {
    ...values,
    adobe: isGroup(adobe) ? { ...adobe, secretFiles } : adobe,
    server: followKeepAlive(server, (name) => isDefault(`server.${name}`)),
  };
}

/** How whoever has set it knows it: by its variable, or by its file and path where a file has set it. */
function nameOf(path: string, variable: string | undefined, layers: Layers): string {
  const source = layers.sourceOf(path);
  const file = source === undefined || source === 'environment' ? undefined : source.file;
  if (file !== undefined && file !== 'config/default.json') return `${file}: ${path}`;
  return variable ?? `config: ${path}`;
}

/** `adobe.clientId` is `ADOBE_CLIENT_ID`; what no variable sets has none. */
function variableOf(variables: VariableNames, path: string): string | undefined {
  let found: string | VariableNames | undefined = variables;
  for (const part of path.split('.')) {
    // An item of a list is named by its list.
    if (typeof found === 'string') break;
    found = found?.[part];
  }
  return typeof found === 'string' ? found : undefined;
}

function leaves(variables: VariableNames): string[] {
  return Object.values(variables).flatMap((value) => (typeof value === 'string' ? [value] : leaves(value)));
}
