import type { StandardOutput } from '../observability/standard-output.ts';
import type { AuditDestination } from './audit-destination.ts';
import { toText } from './audit-line.ts';

/** Standard output, between the lines of the log and in order with them. */
export function createOutputDestination(output: StandardOutput): AuditDestination {
  return {
    name: 'standard output',
    append: (line, atMs) => output.writeNow(toText(line, atMs)),
    probe: output.requireWritable,
    close() {},
  };
}
