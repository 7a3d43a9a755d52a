import { accessProblems } from './access-problems.ts';
import { callerProblems } from './caller-problems.ts';
import { createProblems } from './create-problems.ts';
import { serviceProblems } from './service-problems.ts';

/** Who can fix it. */
export type Owner = 'caller' | 'operator' | 'platform';

/** What is true of every problem with the same code. */
export interface ProblemKind {
  /** The HTTP status of the answer. */
  readonly status: number;
  readonly title: string;
  readonly owner: Owner;
  /** Whether the same request may succeed later without anybody changing anything. */
  readonly retryable: boolean;
  /**
   * Whether it is a state of Adobe's or of this service that ends by itself and says nothing about the job. A cached
   * answer may then be served, and a stream goes on. Never true for a refusal: whoever has lost a permission must not
   * go on reading what it once could.
   */
  readonly transient: boolean;
  readonly cause: string;
  readonly cure: string;
}

const problems = { ...accessProblems, ...callerProblems, ...createProblems, ...serviceProblems };

export type ProblemCode = keyof typeof problems;

/** Every problem that this service answers with, by its code. */
export const problemCatalogue: Readonly<Record<ProblemCode, ProblemKind>> = problems;

export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(problemCatalogue, code);
}

export const problemCodes: readonly ProblemCode[] = Object.keys(problemCatalogue).filter(isProblemCode);
