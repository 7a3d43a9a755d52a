import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import JSON5 from 'json5';
import { errorCode } from '../observability/error-code.ts';
import type { Environment } from './environment.ts';
import type { SettingFault } from './settings-error.ts';
import { isGroup, valueAt } from './values.ts';

/** Tree of setting names with the variable that overrides each. */
export interface VariableNames {
  readonly [name: string]: string | VariableNames;
}

export interface Layers {
  /** All layers on top of each other. */
  readonly values: Group;
  /** Files that cannot be read as settings. */
  readonly faults: readonly SettingFault[];
  /** The last file, or the environment, that sets what has this dotted path. */
  sourceOf(path: string): Source | undefined;
}

type Source = 'environment' | { readonly file: string };
type Group = Readonly<Record<string, unknown>>;

interface Layer {
  readonly source: Source;
  readonly values: Group;
}

export function readVariableNames(directory: string): VariableNames {
  return JSON.parse(readFileSync(join(directory, 'custom-environment-variables.json'), 'utf8'));
}

/** The files of a folder, each over the one before it, and the environment over all of them. */
export function readLayers(directory: string, variables: VariableNames, env: Environment): Layers {
  const nodeEnv = env.NODE_ENV || 'development';
  const faults: SettingFault[] = [];
  const layers: Layer[] = [];
  let values: Group = {};

  for (const name of ['default', nodeEnv, 'local', `local-${nodeEnv}`]) {
    const read = readFile(directory, `${name}.json`);
    if (read === undefined) continue;
    if ('path' in read) {
      faults.push(read);
      continue;
    }
    // Not merged, because a later file could put a group in its place again and hide the mistake.
    const misplaced = Object.keys(read.values).filter(
      (key) => isGroup(values[key]) && !isGroup(read.values[key]),
    );
    for (const key of misplaced) {
      faults.push({ path: `${read.source.file}: ${key}`, detail: 'must be a group of settings' });
    }
    const placed = Object.fromEntries(
      Object.entries(read.values).filter(([key]) => !misplaced.includes(key)),
    );
    layers.push({ source: read.source, values: placed });
    values = merge(values, placed);
  }
  const ofEnvironment = fillIn(variables, env);
  layers.push({ source: 'environment', values: ofEnvironment });

  return {
    values: merge(values, ofEnvironment),
    faults,
    sourceOf(path) {
      // An item of a list is where its list is.
      const setting = path.replace(/\.\d+$/, '');
      return layers.findLast((layer) => valueAt(layer.values, setting) !== undefined)?.source;
    },
  };
}

/** A file that cannot be read is a fault among the others; one that does not exist is left out. */
function readFile(
  directory: string,
  name: string,
): { source: { file: string }; values: Group } | SettingFault | undefined {
  // As `config/local.json`, wherever the folder is.
  const file = join('config', name);
  try {
    const values: unknown = JSON5.parse(readFileSync(join(directory, name), 'utf8'));
    if (isGroup(values)) return { source: { file }, values };
    return { path: file, detail: 'must hold one object with the settings' };
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    return { path: file, detail: `cannot be read${explain(error)}` };
  }
}

/** Only the place: the parser's sentence may quote the file, and the file may hold a secret. */
function explain(error: unknown): string {
  if (error instanceof SyntaxError && 'lineNumber' in error && 'columnNumber' in error) {
    return `: there is something wrong at line ${error.lineNumber}, column ${error.columnNumber}`;
  }
  return ` (${errorCode(error) ?? 'unknown'})`;
}

/** The tree with the variables' values; a variable that is not set is left out. */
function fillIn(variables: VariableNames, env: Environment): Group {
  const filled = Object.entries(variables).map(([name, variable]) => [
    name,
    typeof variable === 'string' ? env[variable] : fillIn(variable, env),
  ]);
  return Object.fromEntries(filled.filter(([, value]) => value !== undefined));
}

/** Groups are merged; everything else, lists too, is replaced. */
function merge(under: Group, over: Group): Group {
  const merged = Object.entries(over).map(([name, value]) => {
    const below = under[name];
    return [name, isGroup(value) && isGroup(below) ? merge(below, value) : value];
  });
  return { ...under, ...Object.fromEntries(merged) };
}
