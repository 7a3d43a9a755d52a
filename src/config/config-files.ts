import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Load, Util } from 'config/lib/util.js';
import type { Environment } from './environment.ts';
import type { SettingFault } from './settings-error.ts';
import { isGroup, valueAt } from './values.ts';

/** Tree of setting names with the variable that overrides each, as node-config has it. */
export interface VariableNames {
  readonly [name: string]: string | VariableNames;
}

export interface Layers {
  /** All layers on top of each other. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Files that cannot be read as settings. */
  readonly faults: readonly SettingFault[];
  /** The last file, or the environment, that sets what has this dotted path. */
  sourceOf(path: string): 'environment' | { readonly file: string } | undefined;
}

export function readVariableNames(directory: string): VariableNames {
  return JSON.parse(readFileSync(`${directory}/custom-environment-variables.json`, 'utf8'));
}

/** `config/*.json` as node-config layers them, and the environment on top. */
export function readLayers(directory: string, variables: VariableNames, env: Environment): Layers {
  // No host name: node-config would take HOST for one and look for files named after it.
  const layers = new FilesAndEnvironment({
    configDir: directory,
    nodeEnv: [env.NODE_ENV || 'development'],
    hostName: '',
  });
  Util.loadFileConfigs(layers);
  layers.addEnvironment(variables, env);
  return {
    values: layers.config,
    faults: layers.faults,
    sourceOf(path) {
      // An item of a list is where its list is.
      const parts = path.split('.').filter((part, at, all) => !(at === all.length - 1 && /^\d+$/.test(part)));
      const source = layers
        .getSources()
        .findLast(({ parsed }) => valueAt(parsed, parts.join('.')) !== undefined);
      if (source === undefined) return undefined;
      if (source.name === environmentLayer) return 'environment';
      return { file: layers.nameOf(source.name) };
    },
  };
}

const environmentLayer = 'environment';

/** node-config without its singleton, which would read `process.env` and the working directory by itself. */
class FilesAndEnvironment extends Load {
  readonly faults: SettingFault[] = [];

  /** `config/local.json`, wherever the folder is. */
  nameOf(file: string): string {
    return join('config', basename(file));
  }

  addEnvironment(variables: VariableNames, env: Environment): void {
    this.addConfig(environmentLayer, this.substituteDeep(variables, env));
  }

  /** A file that is broken is a fault like any other, told beside the others. */
  override loadFile(file: string): null {
    try {
      super.loadFile(file);
    } catch (error) {
      this.faults.push({ path: this.nameOf(file), detail: explain(error) });
    }
    return null;
  }

  override addConfig(name: string, values: unknown, original?: string): Load {
    if (!isGroup(values)) {
      this.faults.push({ path: this.nameOf(name), detail: 'must hold one object with the settings' });
      return this;
    }
    // A layer above would put a group in its place again, and nobody would hear of it.
    const misplaced = Object.keys(values).filter((key) => isGroup(this.config[key]) && !isGroup(values[key]));
    for (const key of misplaced) {
      this.faults.push({ path: `${this.nameOf(name)}: ${key}`, detail: 'must be a group of settings' });
    }
    const placed = Object.entries(values).filter(([key]) => !misplaced.includes(key));
    return super.addConfig(name, Object.fromEntries(placed), original);
  }
}

/** Only the place: the parser's sentence may quote the file, and the file may hold a secret. */
function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  const [, line, column] = /at (\d+):(\d+)$/.exec(message) ?? [];
  if (line !== undefined) return `cannot be read: there is something wrong at line ${line}, column ${column}`;
  const [, code] = /Error code is: ?(\w+)/.exec(message) ?? [];
  if (code !== undefined) return `cannot be read (${code})`;
  return 'cannot be read: it ends too early, or is in a format that this service does not read';
}
