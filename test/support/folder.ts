import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder of its own, with files that a test may replace. */
export interface Folder extends Disposable {
  readonly path: string;
  /** @returns its path. A file that is there is replaced as a whole, as by a rename. */
  write(name: string, content: string): string;
}

export function createFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), 'folder-'));
  return {
    path,
    write(name, content) {
      const file = join(path, name);
      writeFileSync(`${file}.new`, content);
      renameSync(`${file}.new`, file);
      return file;
    },
    [Symbol.dispose]: () => rmSync(path, { recursive: true }),
  };
}
