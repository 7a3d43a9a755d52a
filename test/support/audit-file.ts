import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file for the audit trail in a folder of its own. */
export interface AuditFile extends Disposable {
  readonly path: string;
  readonly folder: string;
  /** What the service has to be told to write there. */
  readonly env: Readonly<Record<string, string>>;
  text(): string;
  lines(): Record<string, unknown>[];
  /** Lets the path lead to what never has room for a byte. */
  fillDisk(): void;
  /** And to an ordinary file again. */
  makeRoom(): void;
}

export function createAuditFile(): AuditFile {
  const folder = mkdtempSync(join(tmpdir(), 'audit-'));
  const path = join(folder, 'audit.jsonl');
  const text = () => (existsSync(path) ? readFileSync(path, 'utf8') : '');
  return {
    path,
    folder,
    env: { AUDIT_FILE: path },
    text,
    lines: () => linesOf(text()),
    fillDisk() {
      rmSync(path, { force: true });
      symlinkSync('/dev/full', path);
    },
    makeRoom: () => rmSync(path),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Fails where a line is no JSON, or the last one has no end. */
export function linesOf(text: string): Record<string, unknown>[] {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw new Error('The last line has no end');
  return lines.map((line) => JSON.parse(line));
}
