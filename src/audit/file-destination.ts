import { closeSync, constants, fstatSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { resolve } from 'node:path';
import type { AuditDestination } from './audit-destination.ts';
import { toText } from './audit-line.ts';

/** Not blocking, because a pipe that nobody reads would stop the service. */
const appending = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;
const reading = constants.O_RDONLY | constants.O_NONBLOCK;

interface OpenFile {
  readonly descriptor: number;
  readonly device: bigint;
  readonly inode: bigint;
  /** A line that broke off must not take the next one with it. */
  endsMidLine: boolean;
}

/**
 * A file that lines are appended to, each by one write (`O_APPEND`), so that several processes can share it and a
 * killed one has its lines. Where the path leads to another file than before, or to none, it is opened again: that is
 * what happens when logs are rotated.
 */
export function createFileDestination(path: string): AuditDestination {
  const absolute = resolve(path);
  let current: OpenFile | undefined;
  /** Of a pipe, nobody can read how it ends. */
  let hasFailed = false;

  function close(): void {
    const closing = current;
    current = undefined;
    if (closing !== undefined) closeSync(closing.descriptor);
  }

  function opened(): OpenFile {
    if (current !== undefined && !isAt(absolute, current)) close();
    // Names people: for nobody but the service, and whom the operator lets in.
    current ??= open(absolute, hasFailed);
    return current;
  }

  return {
    name: absolute,
    probe() {
      opened();
    },
    append(line, atMs) {
      const file = opened();
      const bytes = Buffer.from(`${file.endsMidLine ? '\n' : ''}${toText(line, atMs)}`);
      try {
        writeWhole(file.descriptor, bytes);
        file.endsMidLine = false;
        hasFailed = false;
      } catch (error) {
        // Opened anew, what has been written of the line is seen.
        hasFailed = true;
        close();
        throw error;
      }
    },
    close,
  };
}

function isAt(path: string, { device, inode }: OpenFile): boolean {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found !== undefined && found.dev === device && found.ino === inode;
}

function open(path: string, hasFailed: boolean): OpenFile {
  const descriptor = openSync(path, appending, 0o600);
  const status = fstatSync(descriptor, { bigint: true });
  return {
    descriptor,
    device: status.dev,
    inode: status.ino,
    endsMidLine: status.isFile() ? status.size > 0n && endsMidLine(path, status.size) : hasFailed,
  };
}

/** Where it cannot be read, it is taken to be whole. */
function endsMidLine(path: string, size: bigint): boolean {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, reading);
    const last = Buffer.alloc(1);
    return readSync(descriptor, last, 0, 1, size - 1n) === 1 && last[0] !== 0x0a;
  } catch {
    return false;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** A disk that is nearly full takes a part, and then fails. */
function writeWhole(descriptor: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
}
