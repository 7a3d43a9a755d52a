import { type RawAnswer, sendRaw } from './raw.ts';
import type { ServiceUnderTest } from './service-under-test.ts';

export const newJob = JSON.stringify({ datasetId: 'd', segments: ['s'] });

export interface Sent {
  readonly method?: string;
  readonly target?: string;
  readonly version?: string;
  readonly headers?: readonly string[];
}

/** A request as it is written here: no client would leave these headers alone. */
export function send(
  { url }: ServiceUnderTest,
  { method = 'POST', target = '/jobs', version = '1.1', headers = [] }: Sent,
) {
  const content =
    method === 'POST' ? ['content-type: application/json', `content-length: ${newJob.length}`] : [];
  const lines = [`${method} ${target} HTTP/${version}`, ...headers, ...content, 'connection: close'];
  return sendRaw(url, [...lines, '', method === 'POST' ? newJob : ''].join('\r\n'));
}

export const codeOf = ({ status, body }: RawAnswer) =>
  status < 400 ? status : `${status} ${JSON.parse(body).code}`;

export const notAllowed = '403 host-not-allowed';
export const foreign = '403 foreign-origin';
