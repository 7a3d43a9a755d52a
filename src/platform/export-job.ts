import { type Fields, fieldsOf, textOf } from './read-fields.ts';

/** A job as `/export/jobs` gives it: what has to be there, and all fields as they came. */
export interface ExportJob {
  readonly id: string;
  readonly status: string;
  /** Not checked: a field is read with a function of `read-fields.ts`, which says what it has to be. */
  readonly fields: Fields;
}

export interface ExportJobPage {
  readonly jobs: readonly ExportJob[];
  readonly nextOffset: string | undefined;
  /** JSON pointers of the records that cannot be read: one of them must not fail the whole page. */
  readonly unreadable: readonly string[];
}

/** A required part of the answer is missing. */
export class UnreadableAnswer extends Error {
  /** Where in the answer, as a JSON pointer; empty for all of it. */
  readonly pointer: string;

  constructor(pointer: string) {
    super(`Unreadable at '${pointer}'`);
    this.pointer = pointer;
  }
}

/** @throws UnreadableAnswer */
export function readExportJob(value: unknown, pointer = ''): ExportJob {
  const fields = fieldsOf(value);
  if (fields === undefined) throw new UnreadableAnswer(pointer);
  const id = readId(fields.id);
  if (id === undefined) throw new UnreadableAnswer(`${pointer}/id`);
  const status = textOf(fields.status);
  if (!status) throw new UnreadableAnswer(`${pointer}/status`);
  return { id, status, fields };
}

/**
 * A number or a text. Past 2^53 a number from JSON may be another job's; `parseAnswer` makes a text of such a one
 * before it loses its last digits, and what it cannot tell is no id.
 */
export function readId(id: unknown): string | undefined {
  if (Number.isSafeInteger(id)) return String(id);
  return textOf(id) || undefined;
}

/** @throws UnreadableAnswer */
export function readExportJobPage(value: unknown): ExportJobPage {
  const page = fieldsOf(value);
  if (!Array.isArray(page?.records)) throw new UnreadableAnswer('/records');
  const jobs: ExportJob[] = [];
  const unreadable: string[] = [];
  for (const [index, record] of page.records.entries()) {
    try {
      jobs.push(readExportJob(record, `/records/${index}`));
    } catch (error) {
      if (!(error instanceof UnreadableAnswer)) throw error;
      unreadable.push(error.pointer);
    }
  }
  return { jobs, nextOffset: readNextOffset(fieldsOf(page.link)?.next), unreadable };
}

/**
 * The next page's `offset` out of the relative link that Platform gives. Empty, absent, null, or the literal
 * word «string» of some documented samples: the end. (`page.pageOffset` differs from it and is not used.)
 */
function readNextOffset(next: unknown): string | undefined {
  // Only the first question mark begins a query; another one is a part of it, a fragment is not (RFC 3986, 3.4, 3.5).
  const [, query] = /^[^?#]*\?([^#]*)/.exec(textOf(next) ?? '') ?? [];
  return (query && new URLSearchParams(query).get('offset')) || undefined;
}
