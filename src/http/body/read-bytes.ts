import { BodyTooLarge, UnreadableBody } from '../errors.ts';
import { sendContinue } from '../expect-continue.ts';
import type { RoutedRequest, RoutedResponse } from '../routed.ts';
import { tooLarge } from './body-head.ts';

/**
 * The bytes of a body as they are sent. Stops reading as soon as there are too many, and leaves the rest where
 * it is: the answer then closes the connection.
 *
 * @throws BodyTooLarge, UnreadableBody
 */
export async function readBytes(
  request: RoutedRequest,
  response: RoutedResponse,
  mostBytes: number,
): Promise<Uint8Array> {
  sendContinue(response);
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    // Ended early, a loop over the request itself would destroy the connection, and the answer with it.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      length += chunk.length;
      if (length > mostBytes) throw new BodyTooLarge(tooLarge);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof BodyTooLarge) throw error;
    throw new UnreadableBody('The body ended before it was complete.', { cause: error });
  }
  return Buffer.concat(chunks, length);
}
