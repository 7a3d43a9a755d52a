import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';

/** By their names in lower case; what is undefined is not sent. */
export type Headers = Readonly<Record<string, string | undefined>>;

/**
 * What helmet sets on every answer: asked of helmet once, with a response that goes nowhere, because it says
 * the same each time.
 */
export const securityHeaders = askHelmet();

function askHelmet(): Readonly<Record<string, string>> {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  helmet()(response.req, response, () => {});
  const entries = Object.entries(response.getHeaders());
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}
