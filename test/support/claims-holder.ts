import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { openSqliteClaims } from '../../src/claims/sqlite-claims.ts';
import { systemClock } from '../../src/observability/clock.ts';
import { Fault } from '../../src/problems/fault.ts';

/**
 * A process that holds claims in the file of its first argument, and does what the lines of its standard input say:
 * a verb and its arguments, in JSON. Each is answered with a line.
 */
const say = (answer: object) => process.stdout.write(`${JSON.stringify(answer)}\n`);
const log = {
  info() {},
  warn: (_fields: object, message: string) => say({ logged: message }),
  error: (_fields: object, message: string) => say({ logged: message }),
};

try {
  const claims = openSqliteClaims({ file: String(process.argv[2]), clock: systemClock, log });
  const verbs: Readonly<Record<string, (...given: never[]) => unknown>> = {
    ...claims,
    removeFile: (path: string) => rmSync(path),
  };
  say({ result: 'open' });
  for await (const line of createInterface({ input: process.stdin })) {
    const [verb, ...given]: [string, ...never[]] = JSON.parse(line);
    try {
      say({ result: (await verbs[verb]?.(...given)) ?? null });
    } catch (error) {
      say({ failed: error instanceof Fault ? error.code : 'no-fault', message: String(error) });
    }
  }
} catch (error) {
  say({ failed: 'open', message: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
}
