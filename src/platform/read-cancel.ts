import { UnreadableAnswer } from './export-job.ts';
import { readUpstreamError } from './read-error.ts';
import { type Fields, fieldsOf, flagOf, textOf } from './read-fields.ts';

/** That a job has been marked for cancelling. */
export interface CancelAnswer {
  /** Platform's own sentence, where it gave one. */
  readonly message: string | undefined;
}

/** «…has been marked for cancelling», and not «…cannot be cancelled». */
const cancelling = /cancel/i;
const negation =
  /\b(?:not|no|nothing|never|cannot|\w+n['’]t|unable|un(?:success|support)\w*|impossible|fail(?:s|ed|ure)?|already|error|invalid|denied|refus\w+|reject\w+|ignor\w+|too late)\b/i;

/** A job that is being cancelled: answered by the siblings of export jobs. */
const cancelledStatus = /^cancel/i;

/**
 * Reads what Platform answers to a cancel with 2xx. Nothing at all is one of three documented answers; whatever else
 * is there has to say that the job was marked, because an error comes with 200, too.
 *
 * @throws UnreadableAnswer where nothing says so
 */
export function readCancelAnswer(value: unknown, isEmpty: boolean): CancelAnswer {
  if (isEmpty) return { message: undefined };
  const fields: Fields | undefined = typeof value === 'string' ? { message: value } : fieldsOf(value);
  if (fields === undefined) throw new UnreadableAnswer('');
  const message = textOf(fields.message)?.trim() || undefined;
  const status = textOf(fields.status)?.trim();
  const flag = flagOf(fields.status) ?? (/^true$/i.test(status ?? '') || undefined);
  if (flag === true) return { message };
  const { isError } = readUpstreamError(value);
  const saysSo = cancelledStatus.test(status ?? '') || isNoticeOfCancelling(message);
  if (flag === false || /^false$/i.test(status ?? '') || isError || !saysSo) {
    throw new UnreadableAnswer('/status');
  }
  return { message };
}

function isNoticeOfCancelling(message: string | undefined): boolean {
  return message !== undefined && cancelling.test(message) && !negation.test(message);
}
