import type { Request } from 'express';
import { unseen } from '../../observability/escape-unseen.ts';
import type { Proxied } from './proxied.ts';
import { isFromTrustedProxy } from './trusted-peer.ts';

/** No name is longer, in characters; a log line has to stay one. */
const longest = 128;

const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The user whom a trusted proxy names in a header. It is shown as it came: percent-encoding stays, because nobody can
 * tell it from a name with a percent sign.
 *
 * @param name in lower case
 */
export function createForwardedUser(name: string): Proxied['userOf'] {
  return (request: Request) => {
    if (request.headers[name] === undefined || !isFromTrustedProxy(request)) return undefined;
    // Of several lines the last one, which the nearest proxy has added.
    const value = request.headersDistinct[name]?.at(-1)?.trim() ?? '';
    return value === '' ? undefined : toShown(value);
  };
}

/** Node reads each byte of a header as one character. Proxies send UTF-8; what is not UTF-8 is Latin-1. */
function toShown(value: string): string {
  // A name must not look like another one in a terminal.
  const shown = decode(value).replaceAll(unseen, '\ufffd');
  const characters = [...shown];
  return characters.length > longest ? `${characters.slice(0, longest).join('')}…` : shown;
}

function decode(value: string): string {
  try {
    return utf8.decode(Buffer.from(value, 'latin1'));
  } catch {
    return value;
  }
}
