import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));

/** Each room with the rooms below it, which it may import. Whatever stands directly in `src` sees every room. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  // Of callers it examines what the service would make of their tokens.
  doctor: ['platform', 'ims', 'callers', 'claims', 'config', 'problems', 'observability'],
  http: ['jobs', 'callers', 'policies', 'platform', 'ims', 'problems', 'observability'],
  jobs: ['platform', 'claims', 'policies', 'audit', 'cache', 'problems', 'observability'],
  platform: ['ims', 'problems', 'observability'],
  ims: ['problems', 'observability'],
  // What it has verified it remembers within bounds.
  callers: ['cache', 'problems', 'observability'],
  claims: ['problems', 'observability'],
  policies: ['problems', 'observability'],
  audit: ['problems', 'observability'],
  cache: ['observability'],
  // The permissions that a listed caller may have, and the rules that a policy may have.
  config: ['callers', 'policies', 'observability'],
  problems: [],
  observability: [],
};

/** The only files that may look at the process's environment. */
const entryFiles = [
  'src/main.ts',
  'src/doctor.ts',
  'emulator/main.ts',
  'emulator/dev.ts',
  'bench/service-with-room.ts',
];

/** The only files that may cast through `unknown`. */
const castingFiles: string[] = [];

/** The packages that the service has to use where it runs, not only in tests or in types. */
const packagesInUse = ['express', 'helmet', 'node-cache', 'got', '@adobe/jwt-auth'];

interface Source {
  readonly path: string;
  readonly text: string;
  /** What it imports of this project, relative to the root. */
  readonly imports: readonly string[];
  /** What is loaded with it when it runs: packages by name, files as in `imports`. Imports of types load nothing. */
  readonly loads: readonly string[];
}

const loading =
  /^(?:import|export) (?!type\b)[^;]*?\bfrom '([^']+)'|^import '([^']+)'|\bimport\(\s*'([^']+)'/gm;

function readSource(path: string): Source {
  const text = readFileSync(join(root, path), 'utf8');
  const specifiers = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'/g)].map(
    ([, found]) => found ?? '',
  );
  const fromRoot = (one: string) => relative(root, resolve(root, dirname(path), one));
  const loads = [...text.matchAll(loading)]
    .map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '')
    .map((one) => (one.startsWith('.') ? fromRoot(one) : one));
  return { path, text, imports: specifiers.map(fromRoot), loads };
}

/** The file, and all files and packages that are loaded with it. */
function loadedFrom(path: string, seen = new Set<string>()): Set<string> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const one of sources.find((source) => source.path === path)?.loads ?? []) loadedFrom(one, seen);
  return seen;
}

const list = (pattern: string) => globSync(pattern, { cwd: root }).sort().map(readSource);
const sources = list('src/**/*.ts');
const everything = [
  ...sources,
  ...list('emulator/**/*.ts'),
  ...list('test/**/*.ts'),
  ...list('bench/**/*.ts'),
];

/** `src/http/router.ts` is in the room `http`; `src/main.ts` is in none. */
const roomOf = (path: string) => /^src\/([^/]+)\//.exec(path)?.[1];

describe('the house', () => {
  it('has rooms for every folder of src, and no others', () => {
    const rooms = new Set(sources.map(({ path }) => roomOf(path)).filter(Boolean));
    expect([...rooms].sort()).toEqual(Object.keys(mayImport).sort());
  });

  it('has no import that points upward, and none that leads out of src', () => {
    const wrong = sources.flatMap(({ path, imports }) =>
      imports
        .filter((target) => {
          const [from, to] = [roomOf(path), roomOf(target)];
          if (!target.startsWith('src/')) return true;
          if (from === undefined || from === to) return false;
          return to === undefined || !mayImport[from]?.includes(to);
        })
        .map((target) => `${path} -> ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  it('has no cycle', () => {
    const importsOf = new Map(everything.map(({ path, imports }) => [path, imports]));
    const cleared = new Set<string>();
    function findCycle(path: string, trail: readonly string[]): string[] | undefined {
      if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
      if (cleared.has(path)) return undefined;
      for (const target of importsOf.get(path) ?? []) {
        const cycle = findCycle(target, [...trail, path]);
        if (cycle) return cycle;
      }
      cleared.add(path);
      return undefined;
    }
    for (const { path } of everything) expect(findCycle(path, [])).toBeUndefined();
  });

  it('reads the environment in its entry files only', () => {
    const wrong = everything.filter(
      ({ path, text }) =>
        !path.startsWith('test/') && /\bprocess\.env\b/.test(text.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')),
    );
    expect(wrong.map(({ path }) => path).filter((path) => !entryFiles.includes(path))).toEqual([]);
  });

  it('knows Express in http and in the entrance only, and each HTTP client in one room', () => {
    const users = (name: string) =>
      sources
        .filter(({ text }) => new RegExp(`from '${name}'`).test(text))
        .map(({ path }) => roomOf(path) ?? path);
    expect([...new Set(users('express'))].sort()).toEqual([
      'http',
      'src/index.ts',
      'src/serve.ts',
      'src/service.ts',
    ]);
    expect(new Set(users('undici'))).toEqual(new Set(['platform']));
    expect(new Set(users('got'))).toEqual(new Set(['ims']));
  });

  it.each(['jobs', 'platform'])('knows neither Express nor an HTTP server in %s', (room) => {
    const http = /['"](?:express|(?:node:)?https?)['"]/;
    const wrong = sources.filter(({ path, text }) => roomOf(path) === room && http.test(text));
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it.each(packagesInUse)('loads %s when the service starts', (name) => {
    expect(loadedFrom('src/main.ts')).toContain(name);
  });

  it('casts through unknown at named boundaries only', () => {
    const wrong = sources.filter(({ text }) => /\bas unknown as\b/.test(text));
    expect(wrong.map(({ path }) => path)).toEqual(castingFiles);
  });

  it('has no escape from the type system', () => {
    const escapes = /\bas any\b|:\s*any\b|<any>|@ts-(ignore|expect-error|nocheck)/;
    const own = 'test/unit/architecture.test.ts';
    expect(
      everything.filter(({ path, text }) => path !== own && escapes.test(text)).map(({ path }) => path),
    ).toEqual([]);
  });

  it('has no file over 200 lines', () => {
    const long = everything.filter(({ text }) => text.split('\n').length > 201);
    expect(long.map(({ path }) => path)).toEqual([]);
  });
});
