import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';

/** By their names in lower case. */
export type Headers = Readonly<Record<string, string>>;

/**
 * What helmet sets on every answer: asked of helmet once, with a response that goes nowhere, because it says
 * the same each time.
 */
export const securityHeaders: Headers = askHelmet();

function askHelmet(): Headers {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  helmet()(response.req, response, () => {});
  const entries = Object.entries(response.getHeaders());
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}
