import type { EmulatedJob } from './emulated-job.ts';

/** A place in the list. It stays one when the job that it names has gone. */
interface Position {
  readonly timeMs: number;
  readonly id: string;
}

/** Sixteen digits, which is what `parseOffset` reads. */
const latestMs = 9_000_000_000_000_000;

/** Newest first; of the same time, the higher id. */
export function byNewest(one: EmulatedJob, other: EmulatedJob): number {
  return comparePositions(positionOf(one), positionOf(other));
}

/** `<creationTime>_<id>`: opaque to callers. A page begins behind the record that its offset names. */
export function offsetOf(job: EmulatedJob | undefined): string {
  if (job === undefined) return '';
  const { timeMs, id } = positionOf(job);
  return `${timeMs}_${id}`;
}

export function parseOffset(text: string): Position | undefined {
  const [, time, id] = /^(\d{1,16})_(.+)$/s.exec(text) ?? [];
  return time === undefined || id === undefined ? undefined : { timeMs: Number(time), id };
}

export function isBehind(job: EmulatedJob, position: Position): boolean {
  return comparePositions(positionOf(job), position) > 0;
}

/** Any count above zero: no largest one is documented. */
export function parseLimit(text: string): number | undefined {
  return /^0*[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

function comparePositions(one: Position, other: Position): number {
  return other.timeMs - one.timeMs || compareIds(other.id, one.id);
}

/** Numbers by their value, and before texts. */
function compareIds(one: string, other: string): number {
  const [isOne, isOther] = [one, other].map((id) => /^\d{1,15}$/.test(id));
  if (isOne !== isOther) return isOne ? -1 : 1;
  if (isOne && Number(one) !== Number(other)) return Number(one) - Number(other);
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** A test may put any time there, also one that is none. */
function positionOf({ id, creationTime }: EmulatedJob): Position {
  const time: unknown = creationTime;
  const timeMs = typeof time === 'string' ? Number(time) || Date.parse(time) : Number(time);
  return { timeMs: timeMs > 0 ? Math.min(Math.trunc(timeMs), latestMs) : 0, id: String(id) };
}
