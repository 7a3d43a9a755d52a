import { isUtf8 } from 'node:buffer';
import type { Request, Response } from 'express';
import { tellFirst } from '../../problems/first-faults.ts';
import { InternalError, UnreadableBody } from '../errors.ts';
import { checkBodyHead, tooLarge } from './body-head.ts';
import { decode } from './decode.ts';
import { hostBodyOf } from './host-body.ts';
import { findNameFaults } from './name-faults.ts';
import { isNestedTooDeeply, mostLevels } from './nesting.ts';
import { readBytes } from './read-bytes.ts';

/**
 * The body of a request, which has to be one JSON text (RFC 8259) in which no object has a name twice (RFC 7493,
 * 2.3) or the name `__proto__`, and which is not nested deeply. Any other JSON is read, so that `"text"` is answered as
 * «not a job» and not as «not JSON».
 *
 * @param mostBytes of the body, as it is sent and decoded
 * @throws UnreadableBody, UnsupportedMediaType, BodyTooLarge
 */
export async function readJson(request: Request, response: Response, mostBytes: number): Promise<unknown> {
  const coding = checkBodyHead(request.headers, mostBytes);
  const given = hostBodyOf(request);
  if (given?.kind === 'text') return parseText(given.text, mostBytes);
  if (given?.kind === 'bytes') return parseBytes(given.bytes, mostBytes);
  if (request.readableEnded) {
    const internal = 'A middleware before this one has read the body and left nothing in request.body';
    throw new InternalError('The body was read before this service could read it.', { internal });
  }
  const sent = await readBytes(request, response, mostBytes);
  return parseBytes(await decode(sent, coding, mostBytes), mostBytes);
}

function parseBytes(bytes: Uint8Array, mostBytes: number): unknown {
  if (bytes.length > mostBytes) throw tooLarge(mostBytes);
  // Read leniently, a damaged id would become another id.
  if (!isUtf8(bytes)) throw new UnreadableBody('The body is not UTF-8.');
  // It leaves out a byte order mark, which nobody should send and everybody may ignore (RFC 8259, 8.1).
  return parseText(new TextDecoder().decode(bytes), mostBytes);
}

function parseText(text: string, mostBytes: number): unknown {
  if (text.length > mostBytes) throw tooLarge(mostBytes);
  if (text.trim() === '') throw new UnreadableBody('The body is empty: send the new job as JSON.');
  if (isNestedTooDeeply(text))
    throw new UnreadableBody(`The body has more than ${mostLevels} levels; a job has at most five.`);
  const value = parse(text);
  const { errors, notice } = tellFirst(findNameFaults(text));
  if (errors.length === 0) return value;
  const why =
    'A name stands twice in one object, or is __proto__: not every program reads such a body alike.';
  throw new UnreadableBody(`${why} ${notice}`, { errors });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own sentence quotes the body.
    throw new UnreadableBody('The body is not JSON.');
  }
}
