import type { CallContext } from '../platform/call.ts';

/** What somebody sees: nothing that is known is ever given from one view to another. */
export interface View {
  readonly sandbox: string;
  /** What the caller is allowed to see, in one word. Callers of the same word share what is known. */
  readonly permission: string;
}

/** Who looks at jobs or changes them, and how. */
export interface Asker extends View, CallContext {
  /** Wants Platform to be asked, whatever is known (`Cache-Control: no-cache`). */
  readonly insists?: boolean;
}

/**
 * The key of what is known of `what` in a view. `what` is an id or begins with `?`. No sandbox's name holds a slash,
 * and Platform's ids that do are encoded: so two keys are equal only when all three parts are.
 */
export function keyOf({ sandbox, permission }: View, what: string): string {
  const part = what.includes('/') ? `//${encodeURIComponent(what.toWellFormed())}` : what;
  return `${sandbox}/${part}/${permission}`;
}
