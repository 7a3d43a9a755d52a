import { callerAuth } from './callers-settings.ts';
import { type JsonFile, openJsonFile, readJsonFile } from './json-file.ts';
import { type CallersRead, type ListedCallersRead, parseListedCallers } from './parse-listed-callers.ts';
import type { SettingFault } from './settings-error.ts';
import { sandboxNames } from './upstream-settings.ts';
import { optional, text, valueAt } from './values.ts';

/** Some thousand callers. */
const largestBytes = 256 * 1024;

/** All that is wrong with the file, where raw settings want one to be used. A path is empty for the file as a whole. */
export function callersFileFaults(raw: unknown): readonly SettingFault[] {
  const found = readCallers(raw);
  return found !== undefined && 'faults' in found ? found.faults : [];
}

/** The names in the file, or nothing where raw settings want none to be used, or it cannot be used. */
export function listedNames(raw: unknown): readonly string[] | undefined {
  const found = readCallers(raw);
  return found !== undefined && 'callers' in found ? found.callers.map(({ name }) => name) : undefined;
}

function readCallers(raw: unknown): CallersRead | undefined {
  const path = optional(text).safeParse(valueAt(raw, 'callers.file')).data;
  const ways = callerAuth.safeParse(valueAt(raw, 'callers.auth')).data ?? [];
  if (path === undefined || !needsCallersFile(ways)) return undefined;
  return readJsonFile(callersIn(path, sandboxNames.safeParse(valueAt(raw, 'adobe.sandboxes')).data));
}

export const needsCallersFile = (ways: readonly string[]) =>
  ways.includes('api-key') || ways.includes('mtls');

/** The file, to be read again and again. */
export function openCallersFile(path: string, sandboxes: readonly string[]): JsonFile<ListedCallersRead> {
  return openJsonFile(callersIn(path, sandboxes));
}

const callersIn = (path: string, sandboxes: readonly string[] | undefined) => ({
  path,
  largestBytes,
  interpret: (raw: unknown) => parseListedCallers(raw, sandboxes),
});
