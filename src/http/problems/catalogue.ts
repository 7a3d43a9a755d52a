import type { TokenFault } from '../../ims/errors.ts';
import type { InvalidJob } from '../../jobs/errors.ts';
import type { PlatformFault } from '../../platform/errors.ts';
import type { HttpFault } from '../errors.ts';
import { callerProblems } from './caller-problems.ts';
import type { ProblemKind } from './problem-kind.ts';
import { serviceProblems } from './service-problems.ts';

export type KnownFault = InvalidJob | PlatformFault | TokenFault | HttpFault;
export type ProblemCode = KnownFault['code'];

/** Every problem this service answers with. A fault without an entry here does not compile. */
export const problemCatalogue: Readonly<Record<ProblemCode, ProblemKind>> = {
  ...callerProblems,
  ...serviceProblems,
};

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problemCatalogue, code);
}
