import { covers, type FieldPattern, parseField, toLowerCase, touches } from './field-pattern.ts';
import type { Rules } from './policies.ts';
import type { Violation } from './rules.ts';

type FieldsPart = 'fields' | 'eventFields';

/** What the rules about fields say of a list of fields: of profiles, or of events. */
export type JudgeFields = (fields: readonly string[] | undefined, part: FieldsPart) => Violation[];

const unjudged =
  'cannot be judged: only names of letters, digits, _ and - with dots between them can, and none of digits alone';

/** Prepares the rules for many fields, which callers may send thousands of. */
export function createJudgeFields(rules: Rules): JudgeFields {
  const forbidden = (rules.forbiddenFields ?? []).map((pattern) => ({
    pattern: toLowerCase(pattern),
    text: pattern.join('.'),
  }));
  const allowed = rules.allowedFields ?? undefined;
  const listed = [
    ...(forbidden.length > 0 ? ['forbiddenFields'] : []),
    ...(allowed ? ['allowedFields'] : []),
  ];
  const applying = [...listed, ...(rules.allFields === false ? ['allFields'] : [])];

  /** All that there is is exported. What a list says of fields cannot hold then. */
  function judgeAll(part: FieldsPart): Violation[] {
    const detail =
      part === 'fields'
        ? 'must name the fields: not all fields may be exported'
        : 'must name the fields of events: not all of them may be exported';
    return applying.map((rule) => ({ rule, place: { part }, detail }));
  }

  function judge(field: string, part: FieldsPart): Violation[] {
    const refuse = (rule: string, detail: string): Violation => ({ rule, place: { part, field }, detail });
    const names = parseField(field);
    // Platform may take it for anything, also for all fields.
    if (names === undefined) return applying.slice(0, 1).map((rule) => refuse(rule, unjudged));
    const violations: Violation[] = [];
    const lower = toLowerCase(names);
    const met = forbidden.find(({ pattern }) => touches(pattern, lower));
    if (met) violations.push(refuse('forbiddenFields', describeMet(met, names)));
    if (allowed && !allowed.some((pattern) => covers(pattern, names))) {
      violations.push(refuse('allowedFields', 'is not one of the fields that may be exported'));
    }
    return violations;
  }

  return (fields, part) => {
    if (applying.length === 0) return [];
    if (fields === undefined || fields.every((field) => field.trim() === '')) return judgeAll(part);
    return fields.flatMap((field) => judge(field, part));
  };
}

function describeMet(
  { pattern, text }: { pattern: FieldPattern; text: string },
  names: readonly string[],
): string {
  return names.length < pattern.length
    ? `exports all that is below it, and ${text} is forbidden`
    : `must not be exported: ${text} is forbidden`;
}
