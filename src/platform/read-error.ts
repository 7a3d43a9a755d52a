import { codeOfType, moreTelling, toCode } from './error-code.ts';
import { type Fields, fieldsOf, textOf } from './read-fields.ts';

/** What could be read out of an error body of Adobe's, whichever of its shapes it had. */
export interface UpstreamError {
  /** The most telling one. */
  readonly code?: string;
  readonly messages: readonly string[];
  readonly requestId?: string;
  /** The HTTP status that the body itself names, which often differs from the one on the wire. */
  readonly status?: number;
  /** Whether the body says that something went wrong, whatever the status on the wire. */
  readonly isError: boolean;
}

/* Names in lower case and without signs, so that `error_code` and `errorCode` are one. */

/** In the order in which callers see them. */
const sentenceNames = [
  'message',
  'msg',
  'errormessage',
  'errordescription',
  'detail',
  'details',
  'detailedmessage',
  'description',
  'reason',
  'faultstring',
];
const codeNames = ['errorcode', 'code'];
const statusNames = ['status', 'statuscode', 'httpstatus', 'httpstatuscode'];
const listNames = new Set(['errors', 'error', 'errorchain', 'messages']);
/** Where Java classes and storage paths are. */
const insideNames = new Set(['callstack', 'stack', 'stacktrace', 'trace']);

const mostMessages = 5;
const longestMessage = 500;
const longestRequestId = 200;
const deepest = 10;
/** An answer may have 5 MB; some sentences of an error are enough. */
const mostValues = 1_000;

interface Found {
  left: number;
  code?: string | undefined;
  /** The end of a `type`, which tells less than a code does. */
  typeCode?: string | undefined;
  requestId?: string | undefined;
  status?: number | undefined;
  isError: boolean;
}

/**
 * Reads an error of Adobe's gateway or services by what is there, whatever the nesting: there are more shapes than
 * anybody has listed. Any JSON can be read; what says nothing, HTML and nothing at all, reads as empty. Pure.
 */
export function readUpstreamError(body: unknown): UpstreamError {
  const found: Found = { left: mostValues, isError: false };
  const isList = typeof body === 'string' || Array.isArray(body);
  const messages = readSentences(body, found, { depth: 0, isList });
  const { typeCode, requestId, status, isError } = found;
  const code = typeCode === undefined ? found.code : moreTelling(found.code, typeCode);
  return {
    ...(code !== undefined && { code }),
    ...(requestId !== undefined && { requestId }),
    ...(status !== undefined && { status }),
    messages: [...new Set(messages)].slice(0, mostMessages),
    isError: isError || status !== undefined || (code !== undefined && !saysFine(code)),
  };
}

/** Codes of services that name one in good answers too. */
const saysFine = (code: string) => /^(?:0+|2\d\d|ok|success)$/i.test(code);

interface Place {
  readonly depth: number;
  /** Whether it is one of several errors: a bare text is a sentence then. */
  readonly isList: boolean;
  /** Whether it is what `errors` names: an object may be a map by status or by property then. */
  readonly isMap?: boolean;
}

/** The sentences of a value and of all below it; what else is found on the way is noted in `found`. */
function readSentences(value: unknown, found: Found, place: Place): string[] {
  found.left -= 1;
  if (found.left < 0 || place.depth > deepest) return [];
  if (typeof value === 'string') return place.isList ? readText(value, found, place) : [];
  const next = { depth: place.depth + 1, isList: place.isList };
  if (Array.isArray(value)) {
    return value.slice(0, mostValues).flatMap((one) => readSentences(one, found, next));
  }
  const fields = fieldsOf(value);
  return fields === undefined ? [] : readObject(fields, found, place);
}

/** A sentence, or JSON that a service has put into one. */
function readText(text: string, found: Found, { depth }: Place): string[] {
  const trimmed = text.slice(0, longestMessage * 10).trim();
  // Escapes within escapes would bring back what was masked.
  if (/^[{[]/.test(trimmed) && !trimmed.includes('\\u')) {
    const inner = parseInner(trimmed);
    const said = inner === undefined ? [] : readSentences(inner, found, { depth: depth + 1, isList: true });
    if (said.length > 0) return said;
  }
  return trimmed === '' ? [] : [trimmed.slice(0, longestMessage).toWellFormed()];
}

function readObject(fields: Fields, found: Found, { depth, isList, isMap = false }: Place): string[] {
  const byName = new Map(Object.entries(fields).map(([key, value]) => [nameOf(key), { key, value }]));
  noteFacts(byName, found);
  const below = { depth: depth + 1, isList: true };
  const own = sentenceNames.flatMap((name) => readSentences(byName.get(name)?.value, found, below));
  const title = readSentences(byName.get('title')?.value, found, below);
  const error = textOf(byName.get('error')?.value);
  // A word is a code, and more than a word is a sentence.
  if (error !== undefined && toCode(error) === undefined) own.push(...readText(error, found, below));
  // A map has nothing but what is wrong.
  const mapsTexts = isMap && own.length === 0 && title.length === 0;

  let listed = false;
  const nested = [...byName].flatMap(([name, { key, value }]) => {
    if (name === 'title' || sentenceNames.includes(name) || insideNames.has(name)) return [];
    if (isMap) noteStatus(key, found);
    const isErrors = listNames.has(name);
    if (typeof value !== 'object' || value === null) {
      const isSentence = (isErrors && name !== 'error') || (mapsTexts && isPlainName(name));
      return isSentence ? readSentences(value, found, below) : [];
    }
    if (isErrors && Object.keys(value).length > 0) found.isError = true;
    const there = { depth: depth + 1, isList: isList || isErrors, isMap: isErrors };
    const said = readSentences(value, found, there);
    listed ||= isErrors && name !== 'errorchain' && said.length > 0;
    return said;
  });
  // What is wrong speaks for itself; its heading adds nothing.
  return [...(listed ? [] : title), ...own, ...nested];
}

type Named = ReadonlyMap<string, { readonly value: unknown }>;

function noteFacts(byName: Named, found: Found): void {
  for (const name of statusNames) noteStatus(byName.get(name)?.value, found);
  for (const name of codeNames) noteCode(toCode(byName.get(name)?.value), found);
  const error = byName.get('error')?.value;
  if (typeof error === 'string') {
    found.isError ||= error.trim() !== '';
    noteCode(toCode(error), found);
  }
  const type = codeOfType(byName.get('type')?.value);
  if (type !== undefined) found.typeCode = moreTelling(found.typeCode, type);
  for (const [name, { value }] of byName) {
    if (!name.endsWith('requestid')) continue;
    const id = typeof value === 'number' ? String(value) : textOf(value);
    if (id) found.requestId ??= id.slice(0, longestRequestId).toWellFormed();
  }
}

function noteCode(code: string | undefined, found: Found): void {
  if (code !== undefined) found.code = moreTelling(found.code, code);
}

/** An error's status, where it is one. */
function noteStatus(value: unknown, found: Found): void {
  const text = typeof value === 'number' ? String(value) : textOf(value);
  if (text !== undefined && /^[45]\d\d$/.test(text)) found.status ??= Number(text);
}

const nameOf = (key: string) => key.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** Not one of those that say something else than what is wrong. */
function isPlainName(name: string): boolean {
  return !(
    codeNames.includes(name) ||
    statusNames.includes(name) ||
    ['type', 'error', 'instance', 'path', 'timestamp', 'id'].includes(name) ||
    name.endsWith('requestid')
  );
}

function parseInner(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
