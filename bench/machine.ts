import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';
import { cpuTime } from './process-figures.ts';

/** Which core is whose; absent where processes cannot be pinned. */
export interface Cores {
  readonly proxy: number;
  readonly load: number;
  readonly upstream: number;
}

export interface Machine {
  readonly system: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly versions: Readonly<Record<string, string>>;
  /** Paths of the programs that were found. */
  readonly tools: { readonly taskset?: string; readonly nginx?: string };
  readonly pinnedTo?: Cores;
  /** The most files, and so connections, that one process may have open. */
  readonly openFiles: number;
  /** One line for each part of the comparison that this machine cannot do. */
  readonly missing: readonly string[];
}

const packages = [
  'express',
  '@fastify/reply-from',
  'fastify',
  'http-proxy-middleware',
  'got',
  'undici',
  'autocannon',
];

export function examineMachine(): Machine {
  const tools = { ...find('taskset'), ...find('nginx') };
  const usable = usableCores();
  const pinnedTo = tools.taskset === undefined ? undefined : share(usable);
  const openFiles = Number(ask('ulimit -Hn')) || (ask('ulimit -Hn') === 'unlimited' ? 1_000_000 : 1_024);
  return {
    system: `${type()} ${release()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: usable.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    versions: {
      node: process.versions.node,
      ...Object.fromEntries(packages.map((name) => [name, versionOf(name)])),
      ...(tools.nginx && { nginx: nginxVersion(tools.nginx) }),
    },
    tools,
    ...(pinnedTo && { pinnedTo }),
    openFiles,
    missing: [
      ...(tools.nginx === undefined ? ['nginx is not on the path: it is left out.'] : []),
      ...(tools.taskset === undefined
        ? ['taskset is not there: processes share the cores as it comes.']
        : []),
      ...(tools.taskset !== undefined && pinnedTo === undefined ? ['One core only: all share it.'] : []),
      ...(cpuTime(process.pid) === undefined
        ? ['No /proc: rates are not corrected for cores that were not fully used.']
        : []),
    ],
  };
}

/** The proxy has its core alone; upstream too where there are three. */
function share([proxy, load, upstream]: readonly number[]): Cores | undefined {
  if (proxy === undefined || load === undefined) return undefined;
  return { proxy, load, upstream: upstream ?? load };
}

function usableCores(): number[] {
  try {
    const [, ranges = ''] =
      /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync('/proc/self/status', 'utf8')) ?? [];
    return ranges.split(',').flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
  } catch {
    return cpus().map((_, index) => index);
  }
}

function find(tool: string): Record<string, string> {
  const path = ask(`command -v ${tool}`);
  return path === '' ? {} : { [tool]: path };
}

/** What a shell says; empty where there is none. */
function ask(line: string): string {
  return spawnSync('sh', ['-c', line], { encoding: 'utf8' }).stdout?.trim() ?? '';
}

/** It tells on standard error. */
function nginxVersion(file: string): string {
  return /nginx\/(\S+)/.exec(spawnSync(file, ['-v'], { encoding: 'utf8' }).stderr)?.[1] ?? 'unknown';
}

function versionOf(name: string): string {
  return JSON.parse(readFileSync(new URL(`../node_modules/${name}/package.json`, import.meta.url), 'utf8'))
    .version;
}
