import { escapeUnseen } from '../observability/escape-unseen.ts';
import type { AuditEntry } from './audit-trail.ts';

/** What a line says, by name and in order; its time comes with it. Holds nothing but bounded texts and lists of them. */
export type AuditLine = Readonly<Record<string, unknown>>;

/** Tells lines of the audit trail from those of the request log. */
const mark = { log: 'audit' } as const;

/** Bytes of JSON, for a text that somebody else has chosen. An id or a name is shorter. */
const longestText = 512;
/** Bytes of JSON, for a list: the first hundred ids of segments, as they are. */
const longestList = 4_000;
const longestShortList = 1_000;
const mostItems = 100;

/**
 * The line for an entry: each field named here, in this order, whatever else the entry may have. It has less than
 * 16 kB, which no collector of logs cuts: of a long list it has the beginning, and how many more there are.
 */
export function toAuditLine(entry: AuditEntry): AuditLine {
  const { rules, segments, fields, sentAtMs } = entry;
  const isForAll = segments?.length === 0;
  return {
    ...mark,
    action: entry.action,
    outcome: entry.outcome,
    ...of('code', entry.code),
    ...(rules && rules.length > 0 && firstOf('rules', rules, longestShortList)),
    ...of('caller', entry.caller),
    ...of('callerId', entry.callerId),
    ...of('user', entry.user),
    ...of('sandbox', entry.sandbox),
    ...of('requestId', entry.requestId),
    ...firstOf('platformRequestIds', entry.platformRequestIds, longestShortList),
    ...of('jobId', entry.jobId),
    ...of('fingerprint', entry.fingerprint),
    ...of('datasetId', entry.datasetId),
    // A word, because an empty list reads like nobody.
    ...(isForAll && { segments: 'all' }),
    ...(segments && !isForAll && firstOf('segments', segments, longestList)),
    ...(typeof fields === 'string' && { fields: 'all' }),
    ...(typeof fields === 'object' && firstOf('fields', fields, longestList)),
    ...(entry.events !== undefined && { events: entry.events }),
    ...(sentAtMs !== undefined && { sentAt: toTime(sentAtMs) }),
    ...(entry.recovered && { recovered: true }),
  };
}

/** Says after a loss that lines are missing here, and is the first one to be written again. */
export function toGapLine({
  lines,
  sinceMs,
}: {
  readonly lines: number;
  readonly sinceMs: number;
}): AuditLine {
  return { ...mark, action: 'resumed', lost: lines, since: toTime(sinceMs) };
}

/** As it stands in a file: one line of JSON that acts on no terminal. */
export function toText(line: AuditLine, atMs: number): string {
  return `${toJson({ time: toTime(atMs), ...line })}\n`;
}

const toTime = (ms: number) => new Date(ms).toISOString();

/** All that is not seen is escaped, so nothing that a caller writes ends a line. */
const toJson = (value: unknown) => escapeUnseen(JSON.stringify(value));

const bytesOf = (value: string) => Buffer.byteLength(toJson(value));

function of(name: string, text: string | undefined): AuditLine {
  return text === undefined ? {} : { [name]: cut(text) };
}

/** The beginning of a list, and as `…LeftOut` how many items it has beyond that. */
function firstOf(name: string, items: readonly string[], longest: number): AuditLine {
  const first: string[] = [];
  let leftBytes = longest;
  for (const item of items.slice(0, mostItems)) {
    const text = cut(item);
    leftBytes -= bytesOf(text) + 1;
    if (leftBytes < 0) break;
    first.push(text);
  }
  const leftOut = items.length - first.length;
  return { [name]: first, ...(leftOut > 0 && { [`${name}LeftOut`]: leftOut }) };
}

function cut(text: string): string {
  // No character has more bytes of JSON than twelve, or fewer than one for each of its units.
  if (text.length * 12 <= longestText) return text;
  const beginning = text.slice(0, longestText);
  if (beginning.length === text.length && bytesOf(text) <= longestText) return text;
  let leftBytes = longestText;
  let kept = '';
  for (const character of beginning) {
    leftBytes -= bytesOf(character) - 2;
    if (leftBytes < 5) break;
    kept += character;
  }
  return `${kept}…`;
}
