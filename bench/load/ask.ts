import { type Agent, get } from 'node:http';

export interface Answer {
  readonly status: number;
  readonly bytes: number;
  readonly ms: number;
}

/** One GET whose whole answer is read. @throws what the connection throws, and when there is no answer for 20 s */
export function ask(url: string, agent?: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const begunMs = performance.now();
    const request = get(url, { ...(agent && { agent }), timeout: 20_000 }, (response) => {
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
  });
}
