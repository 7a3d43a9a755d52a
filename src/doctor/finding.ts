import { problemCatalogue } from '../http/problems/catalogue.ts';
import type { Owner } from '../http/problems/problem-kind.ts';
import { refusalReason } from '../http/problems/refusal-reasons.ts';
import { toFault } from '../http/problems/to-fault.ts';

/** What is wrong, for the operator. */
export interface Trouble {
  readonly wrong: string;
  readonly owner: Owner;
  readonly cure: string;
}

/** What one check came to. */
export type Finding =
  | { readonly mark: 'ok'; readonly check: string }
  | ({ readonly mark: 'fails'; readonly check: string } & Trouble)
  /** `because` is why it could not be looked at. */
  | { readonly mark: 'skipped'; readonly check: string; readonly because: string };

export const ok = (check: string): Finding => ({ mark: 'ok', check });

export const fails = (check: string, trouble: Trouble): Finding => ({ mark: 'fails', check, ...trouble });

/** For a check that makes no sense while another one fails. */
export const skipped = (check: string, failed: string): Finding => ({
  mark: 'skipped',
  check,
  because: `"${failed}" fails`,
});

/** An error in the words that the service has for it: owner and cure are the problem catalogue's. */
export function toTrouble(error: unknown): Trouble {
  const fault = toFault(error);
  const { owner, cure } = problemCatalogue[fault.code];
  const reason =
    fault.code === 'platform-refused-us' ? refusalReason(fault.details.upstream?.code) : undefined;
  return { wrong: fault.message, owner, cure: reason?.text ?? cure };
}

/** One line for people; its mark comes first, so that `grep ^fails` finds what there is to do. */
export function toLine(finding: Finding): string {
  const begin = `${finding.mark.padEnd(8)} ${finding.check}`;
  switch (finding.mark) {
    case 'ok':
      return begin;
    case 'skipped':
      return `${begin}, because ${finding.because}`;
    case 'fails': {
      const wrong = finding.wrong.replace(/\.$/, '');
      // The catalogue marks words for its pages, which a terminal would show as backticks.
      const cure = finding.cure.replaceAll('`', '');
      return `${begin}: ${wrong}. Who can mend it: ${finding.owner}. How: ${cure}`;
    }
  }
}
