import { type DestinationStream, pino } from 'pino';
import { escapeLine } from './escape-unseen.ts';
import { createTimeWriter } from './rfc3339.ts';
import type { StandardOutput } from './standard-output.ts';

/** What the rooms need of a logger; pino's own satisfies it. Pass named fields only, never a whole object. */
export interface Log {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export interface LogOptions {
  readonly level: (typeof logLevels)[number];
  /** Where the lines go. Standard output gets some together; any other destination gets each at once. */
  readonly destination: DestinationStream | StandardOutput;
}

/** JSON lines with the level as a word and the time in RFC 3339, UTC. */
export function createLog({ level, destination }: LogOptions): Log {
  // Measured: pino's own isoTime takes 0.55 µs a line and this one 0.16, about 4 % of a cached read.
  const writeTime = createTimeWriter();
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${writeTime(Date.now())}"`,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  const isOutput = 'writeNow' in destination;
  return pino(options, isOutput ? destination : { write: (line) => destination.write(escapeLine(line)) });
}

/** For a host application that passes no logger of its own. */
export const silentLog: Log = { info() {}, warn() {}, error() {} };
