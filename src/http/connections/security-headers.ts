import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';
import { helmetOptions } from '../helmet-options.ts';

/**
 * What helmet sets on every answer, for those that are written to a socket without a response. It says the same each
 * time, so it is asked once, with a response that goes nowhere.
 */
export const securityHeaders = askHelmet();

function askHelmet(): Readonly<Record<string, string>> {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  helmet(helmetOptions)(response.req, response, () => {});
  const entries = Object.entries(response.getHeaders());
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}
