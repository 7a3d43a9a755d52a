import type { Request, Response } from 'express';
import { BodyTooLarge, UnreadableBody } from '../errors.ts';
import { tooLarge } from './body-head.ts';
import { sendContinue } from './expect-continue.ts';

/**
 * The bytes of a body as they are sent. Stops reading as soon as there are too many, and leaves the rest where
 * it is: the answer then closes the connection.
 *
 * @throws BodyTooLarge, UnreadableBody
 */
export async function readBytes(
  request: Request,
  response: Response,
  mostBytes: number,
): Promise<Uint8Array> {
  sendContinue(response);
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    // Ended early, a loop over the request itself would destroy the connection, and the answer with it.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      length += chunk.length;
      if (length > mostBytes) throw tooLarge(mostBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof BodyTooLarge) throw error;
    throw new UnreadableBody('The body ended before it was complete.', { cause: error });
  }
  return Buffer.concat(chunks, length);
}
