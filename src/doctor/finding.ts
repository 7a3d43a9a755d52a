import { escapeUnseen } from '../observability/escape-unseen.ts';
import { refusalCure, refusedPart } from '../platform/platform-codes.ts';
import { type Owner, problemCatalogue } from '../problems/catalogue.ts';
import { Fault } from '../problems/fault.ts';

/** What is wrong, for the operator. */
export interface Failure {
  readonly wrong: string;
  readonly owner: Owner;
  readonly cure: string;
}

/** The result of one check. */
export type Finding =
  | { readonly mark: 'ok'; readonly check: string; readonly found?: string | undefined }
  | ({ readonly mark: 'fails'; readonly check: string } & Failure)
  /** It works, and may not be what the operator means. */
  | ({ readonly mark: 'warns'; readonly check: string } & Failure)
  /** `because` says why it was not examined. */
  | { readonly mark: 'skipped'; readonly check: string; readonly because: string };

/** @param found what there is to see, where it is more than that it works */
export const ok = (check: string, found?: string): Finding => ({ mark: 'ok', check, found });

export const warns = (check: string, failure: Failure): Finding => ({ mark: 'warns', check, ...failure });

export const fails = (check: string, failure: Failure): Finding => ({ mark: 'fails', check, ...failure });

/** For a check that makes no sense while another one fails. */
export const skipped = (check: string, failed: string): Finding => ({
  mark: 'skipped',
  check,
  because: `"${failed}" fails`,
});

/** An error in the words that the service has for it: the catalogue's owner, and its cure or that of Platform's code. */
export function toFailure(error: unknown): Failure {
  const { owner, cure } = problemCatalogue[error instanceof Fault ? error.code : 'internal-error'];
  const wrong = error instanceof Error ? error.message : String(error);
  if (!(error instanceof Fault) || error.code !== 'platform-refused-us') return { wrong, owner, cure };
  const code = error.details.upstream?.code;
  const cureOfCode = refusalCure(code);
  return { wrong, owner, cure: refusedPart(code) ? cureOfCode : `${cure} ${cureOfCode}` };
}

/** One line for people; its mark comes first, so that `grep ^fails` finds what there is to do. */
export function toLine(finding: Finding): string {
  const begin = `${finding.mark.padEnd(8)} ${finding.check}`;
  switch (finding.mark) {
    case 'ok':
      return finding.found === undefined ? begin : `${begin}: ${finding.found}`;
    case 'skipped':
      return `${begin}, because ${finding.because}`;
    case 'fails':
    case 'warns': {
      // Adobe's words may be anything, and this is written to a terminal.
      const wrong = escapeUnseen(finding.wrong.replace(/\.$/, ''));
      // The catalogue marks words for its pages, which a terminal would show as backticks.
      const cure = finding.cure.replaceAll('`', '');
      return `${begin}: ${wrong}. Who can fix it: ${finding.owner}. How: ${cure}`;
    }
  }
}
