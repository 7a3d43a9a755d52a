import { errorCode } from '../observability/error-code.ts';

/** Why the file cannot be used. Its message goes on where the name of the file, or of its setting, ends. */
export class UnusableClaimsFile extends Error {
  /** Whether the database has to be opened again before anything else is tried. */
  readonly needsReopening: boolean;

  constructor(message: string, { needsReopening = true, cause }: UnusableOptions = {}) {
    super(message, { cause });
    this.name = 'UnusableClaimsFile';
    this.needsReopening = needsReopening;
  }
}

interface UnusableOptions {
  readonly needsReopening?: boolean;
  readonly cause?: unknown;
}

interface Known {
  readonly name: string;
  readonly sentence: string;
  /** True where SQLite has rolled the transaction back, and the same database works once the reason is gone. */
  readonly passes?: boolean;
}

/** By SQLite's primary result code, https://sqlite.org/rescode.html. */
const known: Readonly<Record<number, Known | undefined>> = {
  5: {
    name: 'SQLITE_BUSY',
    sentence: 'is open in another process, or twice in this one: name another file for each',
    passes: true,
  },
  8: {
    name: 'SQLITE_READONLY',
    sentence: 'can be read only: make the file, its folder and the volume writable for this user',
  },
  10: {
    name: 'SQLITE_IOERR',
    sentence: 'cannot be read or written: look at the disk, and the quota of this user',
  },
  11: {
    name: 'SQLITE_CORRUPT',
    sentence: 'is damaged: put a copy back, or move it away, which forgets the creates of the last day',
  },
  13: { name: 'SQLITE_FULL', sentence: 'does not fit on its disk any more: make room', passes: true },
  14: { name: 'SQLITE_CANTOPEN', sentence: 'cannot be opened: its folder has to exist, and to be writable' },
  26: {
    name: 'SQLITE_NOTADB',
    sentence: 'is not a SQLite database: name another file, this one is left as it is',
  },
};

const notWritable = 'may not be written: make the file, its folder and the volume writable for this user';

const ofFileSystem: Readonly<Record<string, string | undefined>> = {
  EACCES: notWritable,
  EPERM: notWritable,
  EROFS: notWritable,
  ENOSPC: 'does not fit on its disk any more: make room',
  ENOTDIR: 'lies in a folder that is none: name another path',
};

/** What Node says of an error of SQLite: a result code, mostly an extended one. */
export function resultCodeOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode : undefined;
}

/** Says what is wrong, what SQLite or the system calls it, and what to do. */
export function toUnusable(error: unknown): UnusableClaimsFile {
  if (error instanceof UnusableClaimsFile) return error;
  const said = error instanceof Error ? error.message : String(error);
  const code = resultCodeOf(error);
  // Of the file system, or of ours: the database itself is as it was.
  if (code === undefined) {
    const sentence = ofFileSystem[errorCode(error) ?? ''] ?? 'cannot be used';
    return new UnusableClaimsFile(`${sentence} (${said})`, { needsReopening: false, cause: error });
  }
  const {
    name,
    sentence,
    passes = false,
  } = known[code & 0xff] ?? {
    name: 'SQLITE_ERROR',
    sentence: 'cannot be used',
  };
  return new UnusableClaimsFile(`${sentence} (${name}, ${code}: ${said})`, {
    needsReopening: !passes,
    cause: error,
  });
}
