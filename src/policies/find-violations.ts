import { describeHours, isWithin } from './hours.ts';
import { createJudgeFields } from './judge-fields.ts';
import { profileSchema, type Rules } from './policies.ts';
import type { ExportContent, Violation } from './rules.ts';

export type FindViolations = (content: ExportContent, nowMs: number) => readonly Violation[];

/** All of one caller's rules that an export breaks. Pure. */
export function createFindViolations(rules: Rules): FindViolations {
  const datasets = rules.datasets && new Set(rules.datasets);
  // A rule of nobody, or one that is lifted, must not open what the other rules cannot judge.
  const schemas = new Set(rules.schemas ?? [profileSchema]);
  const mergePolicies = rules.mergePolicies && new Set(rules.mergePolicies);
  const judgeFields = createJudgeFields(rules);

  return ({ datasetId, schema, segments, fields, events, mergePolicy }, nowMs) => {
    const violations: Violation[] = [];
    if (datasets && !datasets.has(datasetId)) {
      const detail = 'is not one of the datasets that may be filled';
      violations.push({ rule: 'datasets', place: { part: 'dataset' }, detail });
    }
    if (!schemas.has(schema)) {
      const detail =
        schema === profileSchema
          ? `must name one of the schemas that may be exported: ${profileSchema}, which counts unless one is named, is none of them`
          : 'is not one of the schemas that may be exported';
      violations.push({ rule: 'schemas', place: { part: 'schema' }, detail });
    }
    if (rules.allProfiles === false && segments.length === 0) {
      const detail = 'must not be an export of all profiles: name segments';
      violations.push({ rule: 'allProfiles', place: { part: 'profiles' }, detail });
    }
    violations.push(...judgeFields(fields, 'fields'));
    if (events && rules.events === false) {
      const detail = 'must be left out: no time-series events may be exported';
      violations.push({ rule: 'events', place: { part: 'events' }, detail });
    }
    if (events) violations.push(...judgeFields(events.fields, 'eventFields'));
    if (mergePolicies && !(mergePolicy?.id !== undefined && mergePolicies.has(mergePolicy.id))) {
      const detail =
        mergePolicy?.id === undefined
          ? 'must be named: only some may be used, and nobody knows which one Platform would take'
          : 'is not one of the merge policies that may be used';
      violations.push({ rule: 'mergePolicies', place: { part: 'mergePolicy' }, detail });
    }
    if (rules.hours && !isWithin(rules.hours, nowMs)) {
      const detail = `may be started only ${describeHours(rules.hours)}`;
      violations.push({ rule: 'hours', place: { part: 'whole' }, detail });
    }
    return violations;
  };
}
