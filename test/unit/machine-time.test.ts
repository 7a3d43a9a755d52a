import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const src = new URL('../../src/', import.meta.url);
/**
 * The clock itself, the time of a log line, how late the event loop is, and what belongs to Node's own time-outs of
 * connections, which are the machine's too.
 */
const allowed = [
  'observability/clock.ts',
  'observability/log.ts',
  'observability/load-gauge.ts',
  'http/connections/half-closed.ts',
  'http/connections/unread-answers.ts',
];
const machineTime =
  /\bDate\.now\b|\bnew Date\(\)|\bperformance\.|\bhrtime\b|\bset(?:Timeout|Interval)\(|node:timers|\bstdTimeFunctions\b/;

describe('the time of the machine', () => {
  it('is read by the clock, by the log and by the load gauge, and by nobody else', () => {
    const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    const readers = files.filter((name) => machineTime.test(readFileSync(new URL(name, src), 'utf8')));
    expect(readers.sort()).toEqual([...allowed].sort());
  });
});
