import type { Log } from './log.ts';

/** Calls a callback of a host application. What it throws is logged and does not go further. */
export type CallOthers = (what: string, call: () => void) => void;

export function createCallOthers(log: Log): CallOthers {
  return (what, call) => {
    try {
      call();
    } catch (error) {
      const stack = error instanceof Error ? error.stack : undefined;
      log.error({ what, error: String(error), stack }, 'What was called back has thrown');
    }
  };
}

/** A log of a host application's: a line that cannot be written is lost, and nothing else. */
export function createGuardedLog(log: Log): Log {
  const write =
    (level: keyof Log): Log[keyof Log] =>
    (fields, message) => {
      try {
        // One that is asynchronous is of the same type.
        const written: unknown = log[level](fields, message);
        if (written instanceof Promise) written.catch(() => {});
      } catch {
        // There is no other log to write to.
      }
    };
  return { info: write('info'), warn: write('warn'), error: write('error') };
}
