import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { errorCode } from '../observability/error-code.ts';

/** Why a file cannot be used: a sentence, and a short `code` for the log. Neither holds anything of the file. */
export class UnusableFile extends Error {
  readonly code: string;

  constructor(code: string, sentence: string) {
    super(sentence);
    this.code = code;
  }
}

/**
 * The text of a file in UTF-8.
 *
 * @param largestBytes a device, or the wrong file, may have no end
 * @throws UnusableFile
 */
export function readTextFile(path: string, largestBytes: number): string {
  return decode(readBytes(path, largestBytes));
}

/** At most `largestBytes`, of a regular file only: to read from a pipe could wait for ever. */
function readBytes(path: string, largestBytes: number): Buffer {
  const file = open(path);
  try {
    const status = fstatSync(file);
    if (!status.isFile()) {
      throw new UnusableFile('NOT_A_FILE', 'names something that is no regular file, such as a directory');
    }
    // Its size is where to begin; it may grow meanwhile, and some file systems say 0.
    let bytes = Buffer.allocUnsafe(Math.min(status.size, largestBytes) + 1);
    let length = 0;
    for (let read = -1; read !== 0; length += read) {
      if (length > largestBytes) {
        throw new UnusableFile('TOO_LARGE', `names a file of more than ${largestBytes / 1024} kB`);
      }
      if (length === bytes.length) bytes = Buffer.concat([bytes], Math.min(2 * length, largestBytes + 1));
      read = readSync(file, bytes, length, bytes.length - length, null);
    }
    return bytes.subarray(0, length);
  } catch (error) {
    throw error instanceof UnusableFile ? error : unread(error);
  } finally {
    closeSync(file);
  }
}

function open(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw unread(error);
  }
}

/** The message leaves the path out, because by mistake it may be the secret itself. */
function unread(error: unknown): UnusableFile {
  const code = errorCode(error) ?? 'unknown';
  return new UnusableFile(code, `names a file that cannot be read (${code})`);
}

/** UTF-8, with or without a byte order mark; every other encoding is refused by its name where it can be told. */
function decode(bytes: Buffer): string {
  const encoding = otherEncoding(bytes);
  if (encoding) {
    throw new UnusableFile(encoding.split(' ', 1)[0] ?? '', `names a file in ${encoding}: save it as UTF-8`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UnusableFile('NOT_UTF8', 'names a file that is not in UTF-8: save it as UTF-8');
  }
}

function otherEncoding(bytes: Buffer): string | undefined {
  const mark = bytes.subarray(0, 4).toString('hex');
  if (mark === 'fffe0000' || mark === '0000feff') return 'UTF-32';
  // PowerShell's `>` writes this, and Notepad as «Unicode».
  if (mark.startsWith('fffe')) return 'UTF-16 (little-endian)';
  if (mark.startsWith('feff')) return 'UTF-16 (big-endian)';
  const [first, second] = bytes;
  if (first !== 0 && second === 0) return 'UTF-16 (little-endian, without a byte order mark)';
  if (first === 0 && second !== 0 && bytes.length > 1)
    return 'UTF-16 (big-endian, without a byte order mark)';
  return undefined;
}
