import { type DestinationStream, pino, stdTimeFunctions } from 'pino';

/** What the rooms need of a logger; pino's own satisfies it. Pass named fields only, never a whole object. */
export interface Log {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export interface LogOptions {
  readonly level: (typeof logLevels)[number];
  /** Where the lines go; standard output unless given. */
  readonly destination?: DestinationStream;
}

/** JSON lines with the level as a word and the time in RFC 3339, UTC. */
export function createLog({ level, destination }: LogOptions): Log {
  const options = {
    level,
    base: null,
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  // Not waited for: while one write is under way, the lines that come meanwhile become the next one. What is
  // left when the process ends is written then.
  return pino(options, destination ?? pino.destination({ dest: 1, sync: false }));
}

/** For a host application that passes no logger of its own. */
export const silentLog: Log = { info() {}, warn() {}, error() {} };
