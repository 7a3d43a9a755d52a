import { hash } from 'node:crypto';
import type { ListQuery } from '../../platform/platform-client.ts';
import type { Progress } from './progress.ts';

/** What every cache entry has. Times are readings of the process's own clock. */
export interface CacheEntry {
  /** When the call to Platform began that gave the answer: the entry is at least as new as that. */
  readonly asOfMs: number;
  /** Until then the entry is served without a call to Platform. */
  readonly freshUntilMs: number;
  /** Its place in the order of all reads and writes of this process. */
  readonly order: number;
  /** Changes whenever what is sent to callers changes. */
  readonly tag: string;
}

export interface CachedJob extends CacheEntry {
  readonly state: JobState;
  /** The states before this one, oldest first, as far as they were read here; only the last few. */
  readonly earlier: readonly JobState[];
}

/** One state of a job, as it is sent to callers. */
export interface JobState {
  readonly id: string;
  readonly status: string;
  readonly done: boolean;
  /** When the export began; only for a job that is not done. */
  readonly start: Start | undefined;
  readonly progress: Progress | undefined;
  readonly representation: Representation;
}

/** When an export began: as Platform says it, and as the same moment of our own clock. */
export interface Start {
  readonly epochMs: number;
  readonly atMs: number;
}

/** One page of a list. */
export interface CachedPage extends CacheEntry {
  readonly jobs: readonly Representation[];
  /** The query of the next page; null on the last page. */
  readonly next: ListQuery | null;
  /** How many records of Platform's page could not be read. */
  readonly unreadable: number;
}

/** A JSON document as it is sent to callers. It never changes. */
export interface Representation {
  /** A string and not its bytes, which would be kept outside of JavaScript's heap; to encode it costs no more. */
  readonly json: string;
  /** About how many bytes of memory it takes. */
  readonly size: number;
  /** Identifies this text: equal texts have equal tags (RFC 9110, 8.8.3: a strong validator). */
  readonly tag: string;
}

export function toRepresentation(json: string): Representation {
  const { length } = json;
  // V8 keeps a string as two bytes a character, unless one byte is enough for each.
  const size = Buffer.byteLength(json) === length ? length : 2 * length;
  return { json, size, tag: tagOf(json) };
}

/** A short name for a text, by its content. */
export function tagOf(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 27);
}
