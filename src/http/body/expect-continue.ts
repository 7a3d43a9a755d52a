import type { ServerResponse } from 'node:http';

const awaitedKey = Symbol('the caller waits for 100 before it sends its body');

interface Awaited extends ServerResponse {
  [awaitedKey]?: boolean;
}

/**
 * Says that the caller waits for `100 Continue` (RFC 9110, 10.1.1), which is for whoever reads the body to send:
 * a request that is refused by its head need not send its body at all.
 */
export function holdContinue(response: Awaited): void {
  response[awaitedKey] = true;
}

/** Asks for the body, where the caller waits for that. */
export function sendContinue(response: Awaited): void {
  if (response[awaitedKey]) response.writeContinue();
  response[awaitedKey] = false;
}
