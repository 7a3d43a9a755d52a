import http from 'node:http';
import https from 'node:https';
import { errorCode } from '../../observability/error-code.ts';
import { KeysNotLoaded } from './keys-not-loaded.ts';

/** The JSON at a URL; whether it is what was asked for is not checked. @throws KeysNotLoaded */
export type GetJson = (url: URL, signal: AbortSignal) => Promise<unknown>;

/** Node's own agents, which know the way through a proxy. */
export interface Agents {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

/** Twenty keys with their certificates have about 80 kB; an endless answer must not fill the memory. */
const largestAnswerBytes = 500_000;

/**
 * GET over Node's own client. A redirect is not followed: it could lead to an address that nobody has named.
 *
 * @param agentsFor the way out to an origin
 */
export function createGetJson(agentsFor: (origin: string) => Agents): GetJson {
  return async (url, signal) => {
    const place = placeOf(url);
    try {
      const answer = await get(url, agentsFor(url.origin), signal);
      const { statusCode: status } = answer;
      if (status !== 200) {
        answer.destroy();
        throw new KeysNotLoaded(`${place} answered ${status}`, { status });
      }
      return parse(await readBounded(answer, place), place);
    } catch (error) {
      if (error instanceof KeysNotLoaded) throw error;
      if (signal.aborted) throw new KeysNotLoaded(`${place} did not answer in time`, { code: 'late' });
      const code = errorCode(error) ?? 'unknown';
      throw new KeysNotLoaded(`${place} could not be reached (${code})`, { code });
    }
  };
}

/** What may stand in a log: a query could hold what is nobody's business. */
const placeOf = ({ origin, pathname }: URL) => `${origin}${pathname}`;

function get(url: URL, agents: Agents, signal: AbortSignal): Promise<http.IncomingMessage> {
  const headers = {
    accept: 'application/json, application/jwk-set+json',
    // Nothing is decompressed here, so that the bound is that of what comes.
    'accept-encoding': 'identity',
    'user-agent': 'aep-jobs-bff',
  };
  return new Promise((resolve, reject) => {
    const request =
      url.protocol === 'https:'
        ? https.get(url, { agent: agents.https, signal, headers }, resolve)
        : http.get(url, { agent: agents.http, signal, headers }, resolve);
    request.on('error', reject);
  });
}

async function readBounded(answer: http.IncomingMessage, place: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of answer) {
    bytes += chunk.length;
    // Leaving the loop ends the connection.
    if (bytes > largestAnswerBytes) throw new KeysNotLoaded(`${place} answered with over 500 kB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parse(bytes: Buffer, place: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new KeysNotLoaded(`${place} answered with what is not JSON`);
  }
}
