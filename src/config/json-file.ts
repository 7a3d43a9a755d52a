import JSON5 from 'json5';
import { toJsonPath } from './json-path.ts';
import { repeatedNames } from './repeated-names.ts';
import type { SettingFault } from './settings-error.ts';
import { readTextFile, UnusableFile } from './text-file.ts';

/** What is wrong with a file. A path is empty for the file as a whole. */
export interface FileFaults {
  readonly faults: readonly SettingFault[];
}

export interface JsonFileOptions<Content extends object> {
  readonly path: string;
  readonly largestBytes: number;
  readonly interpret: (raw: unknown) => Content | FileFaults;
}

export interface JsonFile<Content extends object> {
  readonly initial: Content | FileFaults;
  /** Reads the file, and answers only where it is another one than when it was read last. */
  readChange(): Content | FileFaults | undefined;
}

type FileState = { readonly text: string } | { readonly unusable: string };

/**
 * A file of the operator's, to be read again and again. Its texts are compared and not its times, so no change is missed:
 * whether it is written, renamed into place, or reached by a link that moves, as Kubernetes does it.
 */
export function openJsonFile<Content extends object>(options: JsonFileOptions<Content>): JsonFile<Content> {
  let last = read(options);
  return {
    initial: parse(last, options),
    readChange() {
      const state = read(options);
      if (isSame(state, last)) return undefined;
      last = state;
      return parse(state, options);
    },
  };
}

/** The same, once. */
export function readJsonFile<Content extends object>(
  options: JsonFileOptions<Content>,
): Content | FileFaults {
  return parse(read(options), options);
}

function read<Content extends object>({ path, largestBytes }: JsonFileOptions<Content>): FileState {
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

function parse<Content extends object>(
  state: FileState,
  { interpret }: JsonFileOptions<Content>,
): Content | FileFaults {
  if ('unusable' in state) return { faults: [{ path: '', detail: state.unusable }] };
  let raw: unknown;
  try {
    raw = parseJson(state.text);
  } catch (error) {
    return { faults: [{ path: '', detail: `names a file that is not in JSON${placeOf(error)}` }] };
  }
  const read = interpret(raw);
  const repeated = repeatedNames(state.text).map((path) => ({
    path: toJsonPath(path),
    detail: 'is there twice in the same object',
  }));
  if (repeated.length === 0) return read;
  return { faults: [...repeated, ...('faults' in read ? read.faults : [])] };
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
