import { toWireTime } from '../../platform/wire-time.ts';

const parts = /^(.+T\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/;

/**
 * One text for all spellings of an instant: UTC, and as many digits of a second as it needs, nanoseconds included. What
 * is no instant is itself. Pure.
 */
export function canonicalTime(text: string): string {
  const wire = toWireTime(spelledOut(text)) ?? text;
  const [, second = '', digits = '', zone = ''] = parts.exec(wire) ?? [];
  const epochMs = Date.parse(`${second}${zone}`);
  if (Number.isNaN(epochMs)) return text;
  const fraction = digits.replace(/0+$/, '');
  return `${new Date(epochMs).toISOString().slice(0, -'.000Z'.length)}${fraction && `.${fraction}`}Z`;
}

/** Services also write a zone without a colon, or none, which then is UTC (as in `epochMsOf`). */
function spelledOut(text: string): string {
  const trimmed = text.trim();
  if (/T\d\d:\d\d(:\d\d(\.\d+)?)?$/i.test(trimmed)) return `${trimmed}Z`;
  return trimmed.replace(/([+-]\d\d)(\d\d)$/, '$1:$2');
}
