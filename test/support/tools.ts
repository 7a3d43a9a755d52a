import { existsSync } from 'node:fs';
import { describe } from '@jest/globals';

/**
 * `describe` for what needs a program of the operating system. Where it is missing, the tests are skipped with
 * a line that says so; CI has to have it, and there they fail.
 */
export function describeWith(path: string): typeof describe | typeof describe.skip {
  const isCi = (process.env.CI ?? 'false') !== 'false';
  if (isCi || existsSync(path)) return describe;
  process.stderr.write(`Skipped, because there is no ${path} on this machine; CI has it:\n`);
  return describe.skip;
}
