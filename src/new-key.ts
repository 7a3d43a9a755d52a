import { parseArgs } from 'node:util';
import { createKey, hashKey } from './callers/api-key.ts';
import { parseListedCallers } from './config/parse-listed-callers.ts';
import { systemClock } from './observability/clock.ts';

const usage = `npm run new-key -- --name reporting [--permissions jobs:read,jobs:create,jobs:cancel] [--sandboxes prod] [--expires 2027-01-01]`;

/**
 * `npm run new-key`: makes a key, and the entry of its caller for CALLERS_FILE. Nothing is written anywhere: the entry goes
 * to standard output, to be pasted or piped, and the key to standard error, which is where only a person looks. There is no
 * option that takes a key, because every process of a machine can read the arguments of the others.
 */
function main(): void {
  const options = readOptions();
  const made = options === undefined ? { faults: [`What it takes: ${usage}`] } : makeKey(options);
  if ('faults' in made) {
    console.error(made.faults.join('\n'));
    process.exitCode = 1;
    return;
  }
  console.error(`The key, shown only now. Its caller sends it as "Authorization: Bearer <key>" or "x-caller-key: <key>".

${made.key}

Its entry, for the list "callers" of CALLERS_FILE:
`);
  console.log(JSON.stringify(made.entry, null, 2));
}

function makeKey(options: Options): { key: string; entry: object } | { faults: string[] } {
  const key = createKey();
  const entry = {
    name: options.name,
    keys: [`sha256:${hashKey(key)}`],
    // Who may only read can do little harm; the rest has to be asked for.
    permissions: toItems(options.permissions ?? 'jobs:read'),
    ...(options.sandboxes !== undefined && { sandboxes: toItems(options.sandboxes) }),
    ...(options.expires !== undefined && { expires: options.expires }),
  };
  const read = parseListedCallers({ callers: [entry] }, undefined);
  if ('faults' in read) {
    const faults = read.faults.map(({ path, detail }) => `${toOption(path)} ${detail}`);
    return { faults: [...new Set(faults)] };
  }
  const isOver = read.callers.some(({ expiresAtMs = Infinity }) => expiresAtMs <= systemClock.wallNow());
  return isOver ? { faults: ['--expires lies in the past'] } : { key, entry };
}

/** Nothing where they are not those of `usage`. Node's own sentence is not shown: it quotes what was given. */
function readOptions(): Options | undefined {
  const option = { type: 'string' } as const;
  try {
    const { values } = parseArgs({
      options: { name: option, permissions: option, sandboxes: option, expires: option },
    });
    const { name, ...more } = values;
    return name === undefined ? undefined : { name, ...more };
  } catch {
    return undefined;
  }
}

interface Options {
  readonly name: string;
  readonly permissions?: string;
  readonly sandboxes?: string;
  readonly expires?: string;
}

function toItems(list: string): string[] {
  return list.split(/[\s,]+/).filter(Boolean);
}

/** `callers[0].permissions[1]` is what `--permissions` has set. */
function toOption(path: string): string {
  return path.replace(/^callers\[0\]\.?/, '--').replace(/\[\d+\]$/, '');
}

main();
