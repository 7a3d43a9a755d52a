import type { Request, Response } from 'express';
import { announcesBody, tooLarge } from './body-head.ts';
import { readBytes } from './read-bytes.ts';

/**
 * Reads a body that means nothing (RFC 9110, 9.3.5) before anything is done: a request that breaks off in its body is
 * answered as broken, and then nothing may have come of it.
 *
 * @throws BodyTooLarge, UnreadableBody
 */
export async function discardBody(request: Request, response: Response, mostBytes: number): Promise<void> {
  const { 'content-length': length } = request.headers;
  if (request.complete || !announcesBody(request.headers) || length === '0') return;
  if (Number(length) > mostBytes) throw tooLarge(mostBytes);
  await readBytes(request, response, mostBytes);
}
