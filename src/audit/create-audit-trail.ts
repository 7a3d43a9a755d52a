import type { Clock } from '../observability/clock.ts';
import { errorCode } from '../observability/error-code.ts';
import type { Log } from '../observability/log.ts';
import type { AuditDestination } from './audit-destination.ts';
import { type AuditLine, toAuditLine, toGapLine } from './audit-line.ts';
import type { AuditTrail } from './audit-trail.ts';
import { AuditUnavailable } from './errors.ts';

/** While a loss lasts, it is told again after so long. */
const tellAgainMs = 60_000;

export interface AuditTrailOptions {
  readonly destination: AuditDestination;
  /** Whether creates stop while the destination is lost. */
  readonly required: boolean;
  /** Where a loss is told, and where lines go meanwhile. */
  readonly log: Log;
  readonly clock: Clock;
}

interface Loss {
  readonly sinceMs: number;
  lines: number;
  toldAtMs: number;
}

/**
 * The audit trail to one destination. While that is lost its lines go to the log, as errors, and each new one tries the
 * destination again. The first one that is written then says how many are missing.
 */
export function createAuditTrail(options: AuditTrailOptions): AuditTrail {
  const { destination, required, log, clock } = options;
  let loss: Loss | undefined;

  /** Of a full disk only a write tells whether there is room again. */
  function resume({ lines, sinceMs }: Loss): void {
    destination.append(toGapLine({ lines, sinceMs }), clock.wallNow());
    loss = undefined;
    const fields = { destination: destination.name, lines, since: new Date(sinceMs).toISOString() };
    log.info(fields, 'The audit trail is written again; the lines that it lacks are in this log');
  }

  function tell(told: Loss, error: unknown): void {
    told.toldAtMs = clock.now();
    log.error(
      {
        destination: destination.name,
        code: errorCode(error) ?? 'unknown',
        error: error instanceof Error ? error.message : String(error),
        lines: told.lines,
        since: new Date(told.sinceMs).toISOString(),
      },
      required
        ? 'The audit trail cannot be written: its lines go to this log, and creates are refused. Make its destination writable; no restart is needed'
        : 'The audit trail cannot be written: its lines go to this log. Make its destination writable; no restart is needed',
    );
  }

  function lose(error: unknown, line?: AuditLine): void {
    const isNew = loss === undefined;
    loss ??= { sinceMs: clock.wallNow(), lines: 0, toldAtMs: 0 };
    if (line !== undefined) loss.lines += 1;
    if (isNew || clock.now() - loss.toldAtMs >= tellAgainMs) tell(loss, error);
    if (line !== undefined) log.error({ ...line, lost: true }, 'audit');
  }

  return {
    write(entry) {
      const line = toAuditLine(entry);
      try {
        if (loss !== undefined) resume(loss);
        destination.append(line, clock.wallNow());
      } catch (error) {
        lose(error, line);
      }
    },
    requireWritable() {
      if (!required) return;
      try {
        if (loss !== undefined) resume(loss);
        else destination.probe();
      } catch (error) {
        lose(error);
        throw new AuditUnavailable(
          'The audit trail cannot be written, and no export is started without it.',
          {
            internal: `The audit trail cannot be written to ${destination.name} (${errorCode(error) ?? error})`,
            cause: error,
          },
        );
      }
    },
    close: destination.close,
  };
}
