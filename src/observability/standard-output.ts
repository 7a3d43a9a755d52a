import { writeSync } from 'node:fs';
import { pino } from 'pino';
import { errorCode } from './error-code.ts';
import { escapeLine } from './escape-unseen.ts';

/** What may wait for a reader that is slow, or for room on a disk: tens of thousands of lines. */
const mostWaitingBytes = 20_000_000;

/** One for the whole process: two would write into each other's lines. */
export interface StandardOutput {
  /** Together with other lines, at most 100 ms late. */
  write(line: string): void;
  /**
   * With all that is waiting, and at once unless other lines are just being written.
   *
   * @throws where it is known that the line would be lost
   */
  writeNow(line: string): void;
  /** @throws what has kept the last lines from being written, such as an error with EPIPE */
  requireWritable(): void;
}

/**
 * Lines are collected and written together, because one write costs as much as one answer. A line is at most 100 ms
 * late, and what is left is written when the process ends. They are collected as bytes: a collected text would be
 * copied for each line.
 */
export function createStandardOutput(): StandardOutput {
  const together = { dest: 1, sync: false, minLength: 16_000, periodicFlush: 100 };
  const stream = pino.destination({ ...together, maxLength: mostWaitingBytes, contentMode: 'buffer' });
  // Its type knows texts only.
  const bytesOut: { write(bytes: unknown): void } = stream;
  let failure: unknown;

  function fail(error: unknown): void {
    if (failure === undefined) tell(error);
    failure = error;
  }
  // Without this, a full disk would end the process. What could not be written is tried again, except where nobody reads.
  stream.on('error', fail);
  stream.on('drop', () =>
    fail(Object.assign(new Error('Too much waits to be written'), { code: 'ENOBUFS' })),
  );
  stream.on('write', () => {
    failure = undefined;
  });

  function write(line: string): void {
    const bytes = Buffer.from(line);
    // Nearly all lines are ASCII, and JSON has escaped all that is not seen of it.
    bytesOut.write(bytes.length === line.length ? bytes : Buffer.from(escapeLine(line)));
  }

  function requireWritable(): void {
    if (failure !== undefined) throw failure;
  }

  return {
    write,
    requireWritable,
    writeNow(line) {
      requireWritable();
      write(line);
      requireWritable();
      stream.flush();
    },
  };
}

/** There is no other place left to say it. */
function tell(error: unknown): void {
  const code = errorCode(error) ?? 'unknown';
  try {
    writeSync(
      2,
      `Standard output cannot be written (${code}): the log is lost, and the audit trail where it goes there.\n`,
    );
  } catch {
    // Nor is this one.
  }
}
