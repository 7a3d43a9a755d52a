import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashKey } from '../../src/callers/api-key.ts';

/** A file of callers in a folder of its own, as an operator writes it. */
export interface CallersFile extends Disposable {
  readonly path: string;
  readonly folder: string;
  /** What the service has to be told to let these callers in, and nobody else. */
  readonly env: Readonly<Record<string, string>>;
  /** Objects are entries of the list; a text is the whole file. */
  write(content: readonly object[] | string): void;
  /** The same by a rename, as editors do it. */
  replace(content: readonly object[]): void;
}

export function createCallersFile(entries: readonly object[]): CallersFile {
  const folder = mkdtempSync(join(tmpdir(), 'callers-'));
  const path = join(folder, 'callers.json');
  const toText = (content: readonly object[] | string) =>
    typeof content === 'string' ? content : JSON.stringify({ callers: content });
  const write = (content: readonly object[] | string) => writeFileSync(path, toText(content));
  write(entries);
  return {
    path,
    folder,
    env: { CALLER_AUTH: 'api-key', CALLERS_FILE: path },
    write,
    replace(content) {
      writeFileSync(join(folder, 'next'), toText(content));
      renameSync(join(folder, 'next'), path);
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

export const hashOf = (key: string) => `sha256:${hashKey(key)}`;

/** The entry of a caller with these keys, who may only read unless `more` says otherwise. */
export function entryOf(name: string, keys: readonly string[], more: object = {}): object {
  return { name, keys: keys.map(hashOf), permissions: ['jobs:read'], ...more };
}

export const withKey = (key: string) => ({ headers: { 'x-caller-key': key } });
export const withBearer = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });
