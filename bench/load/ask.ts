import { type Agent, request as begin, type OutgoingHttpHeaders } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly bytes: number;
  readonly ms: number;
}

export interface AskOptions {
  readonly agent?: Agent;
  /** Sent with POST; without it the request is a GET. */
  readonly posted?: { readonly headers: OutgoingHttpHeaders; readonly body: string };
}

/**
 * One request whose whole answer is read.
 *
 * @throws what the connection throws, and when there is no answer for 20 s
 */
export function ask(url: string, { agent, posted }: AskOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const begunMs = performance.now();
    const options = {
      ...(agent && { agent }),
      ...(posted && { method: 'POST', headers: posted.headers }),
      timeout: 20_000,
    };
    const request = begin(url, options, (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.once('error', reject);
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, bytes, ms: performance.now() - begunMs }),
      );
    });
    request.once('timeout', () => request.destroy(new Error('no answer within 20 s')));
    request.once('error', reject);
    request.end(posted?.body);
  });
}
