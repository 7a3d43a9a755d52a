import type { z } from 'zod';
import { policyPrefixes } from '../callers/caller.ts';
import type { Policies } from '../policies/policies.ts';
import { listedNames } from './callers-file.ts';
import { callerAuth } from './callers-settings.ts';
import { type FileFaults, type JsonFile, openJsonFile, readJsonFile } from './json-file.ts';
import { toFullJsonPath } from './json-path.ts';
import { policiesSchema } from './policies-schema.ts';
import type { SettingFault } from './settings-error.ts';
import { isGroup, optional, text, valueAt } from './values.ts';

/** Some thousand rules. */
const largestBytes = 256 * 1024;

/** The path of the file in raw settings. */
const pathOf = (raw: unknown) => optional(text).safeParse(valueAt(raw, 'creates.policiesFile')).data;

/** All that is wrong with the file, where raw settings name one. A path is empty for the file as a whole. */
export function policiesFileFaults(raw: unknown): readonly SettingFault[] {
  const path = pathOf(raw);
  if (path === undefined) return [];
  const interpret = (rules: unknown) => {
    const read = parsePolicies(rules);
    const faults = [...('faults' in read ? read.faults : []), ...nameFaults(namesIn(rules), raw)];
    return faults.length > 0 ? { faults } : read;
  };
  const found = readJsonFile({ path, largestBytes, interpret });
  return 'faults' in found ? found.faults : [];
}

/** Without the name that `unusableNames` tells of. */
function namesIn(rules: unknown): readonly string[] {
  const callers = valueAt(rules, 'callers');
  return isGroup(callers) ? Object.keys(callers).filter((name) => name !== '__proto__') : [];
}

/** The file, to be read again and again. */
export function openPoliciesFile(path: string): JsonFile<Policies> {
  return openJsonFile({ path, largestBytes, interpret: parsePolicies });
}

/**
 * What is wrong with the names of callers: rules under a name that nobody can have count for nobody. Nothing is said of
 * names where it is the host application that says who calls.
 */
export function nameFaults(names: Iterable<string>, raw: unknown): readonly SettingFault[] {
  const ways = callerAuth.safeParse(valueAt(raw, 'callers.auth')).data;
  if (ways === undefined) return [];
  const listed = listedNames(raw);
  const isToken = (name: string) => Object.values(policyPrefixes).some((prefix) => name.startsWith(prefix));
  return [...names].flatMap((name) => {
    const path = toFullJsonPath(['callers', name]);
    if (ways.includes('none')) {
      return [{ path, detail: 'is nobody: with CALLER_AUTH=none nobody is authenticated' }];
    }
    if (isToken(name)) {
      return ways.includes('jwt') ? [] : [{ path, detail: 'is nobody without CALLER_AUTH=jwt' }];
    }
    if (listed?.includes(name)) return [];
    if (listed === undefined && ways.some((way) => way !== 'jwt')) return [];
    const remedy = `correct the name, or write ${policyPrefixes.subject} before the subject of a token`;
    return [{ path, detail: `is no caller of CALLERS_FILE: ${remedy}` }];
  });
}

/** What the file says, or all that is wrong with it. */
export function parsePolicies(raw: unknown): Policies | FileFaults {
  const read = policiesSchema.safeParse(raw);
  const faults = [...(read.error?.issues ?? []).flatMap(toFaults), ...unusableNames(raw)];
  if (!read.success || faults.length > 0) return { faults };
  const { everyone = {}, callers = {} } = read.data;
  return { everyone, callers: new Map(Object.entries(callers)) };
}

/** The schema leaves this name out without a word. */
function unusableNames(raw: unknown): SettingFault[] {
  const callers = valueAt(raw, 'callers');
  if (!isGroup(callers) || !Object.hasOwn(callers, '__proto__')) return [];
  return [{ path: 'callers.__proto__', detail: 'is a name that a caller cannot have' }];
}

function toFaults(issue: z.core.$ZodIssue): SettingFault[] {
  if (issue.code !== 'unrecognized_keys') {
    return [{ path: toFullJsonPath(issue.path), detail: issue.message }];
  }
  return issue.keys.map((key) => ({
    path: toFullJsonPath([...issue.path, key]),
    detail: 'is not known here',
  }));
}
