import JSON5 from 'json5';
import { callerAuth } from './callers-settings.ts';
import { type CallersRead, parseListedCallers } from './parse-listed-callers.ts';
import type { SettingFault } from './settings-error.ts';
import { readTextFile, UnusableFile } from './text-file.ts';
import { sandboxNames } from './upstream-settings.ts';
import { optional, text, valueAt } from './values.ts';

/** Some thousand callers. */
const largestBytes = 256 * 1024;

type FileState = { readonly text: string } | { readonly unusable: string };

/** All that is wrong with the file, where raw settings want one to be used. A path is empty for the file as a whole. */
export function callersFileFaults(raw: unknown): readonly SettingFault[] {
  const path = optional(text).safeParse(valueAt(raw, 'callers.file')).data;
  const ways = callerAuth.safeParse(valueAt(raw, 'callers.auth')).data ?? [];
  if (path === undefined || !needsCallersFile(ways)) return [];
  const sandboxes = sandboxNames.safeParse(valueAt(raw, 'adobe.sandboxes')).data;
  const found = parse(read(path), sandboxes);
  return 'faults' in found ? found.faults : [];
}

export const needsCallersFile = (ways: readonly string[]) =>
  ways.includes('api-key') || ways.includes('mtls');

export interface CallersFile {
  readonly initial: CallersRead;
  /** Reads the file, and answers only where it is another one than when it was read last. */
  readChange(): CallersRead | undefined;
}

/**
 * The file, to be read again and again. Its texts are compared and not its times, so no change is missed: whether it is
 * written, renamed into place, or reached by a link that moves, as Kubernetes does it.
 */
export function openCallersFile(path: string, sandboxes: readonly string[]): CallersFile {
  let last = read(path);
  return {
    initial: parse(last, sandboxes),
    readChange() {
      const state = read(path);
      if (isSame(state, last)) return undefined;
      last = state;
      return parse(state, sandboxes);
    },
  };
}

function read(path: string): FileState {
  try {
    return { text: readTextFile(path, largestBytes) };
  } catch (error) {
    if (error instanceof UnusableFile) return { unusable: error.message };
    throw error;
  }
}

function isSame(one: FileState, other: FileState): boolean {
  if ('text' in one) return 'text' in other && one.text === other.text;
  return 'unusable' in other && one.unusable === other.unusable;
}

function parse(state: FileState, sandboxes: readonly string[] | undefined): CallersRead {
  if ('unusable' in state) return { faults: [{ path: '', detail: state.unusable }] };
  let raw: unknown;
  try {
    raw = parseJson(state.text);
  } catch (error) {
    return { faults: [{ path: '', detail: `names a file that is not in JSON${placeOf(error)}` }] };
  }
  return parseListedCallers(raw, sandboxes);
}

/** With comments too, as in the files of `config/`. JSON5 alone takes a tenth of a second for a thousand callers. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return JSON5.parse(text);
  }
}

/** Only the place: the parser's sentence quotes the file. */
function placeOf(error: unknown): string {
  const hasPlace = error instanceof SyntaxError && 'lineNumber' in error && 'columnNumber' in error;
  return hasPlace
    ? `: there is something wrong at line ${error.lineNumber}, column ${error.columnNumber}`
    : '';
}
