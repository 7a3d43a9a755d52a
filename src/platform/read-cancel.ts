import { UnreadableAnswer } from './export-job.ts';
import { readUpstreamError } from './read-error.ts';
import { type Fields, fieldsOf, flagOf, textOf } from './read-fields.ts';

/** That a job has been marked for cancelling. */
export interface CancelAnswer {
  /** Platform's own sentence, where it gave one. */
  readonly message: string | undefined;
}

/** That a job has been marked for cancelling, or is being cancelled, in the words that a service would use. */
const notice =
  /\b(?:marked for cancel|being cancel|(?:has been|was|is|will be)(?: already)? cancel|cancel\w*(?: request)?(?: has been| was| is)? (?:accepted|received|requested|scheduled|initiated|started|in progress))/i;

/** What turns such a notice into its opposite. */
const denial = /\b(?:not|never|cannot|\w+n['’]t|nothing|unable|un(?:success|support)\w*|fail\w*|error)\b/i;

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
  if (readUpstreamError(value).isError) throw new UnreadableAnswer('/status');
  if (flag === true) return { message };
  const isNotice = message !== undefined && notice.test(message) && !denial.test(message);
  const isDenied = flag === false || /^false$/i.test(status ?? '');
  if (isDenied || !(isNotice || cancelledStatus.test(status ?? ''))) throw new UnreadableAnswer('/status');
  return { message };
}
