import { type ClientRequest, get } from 'node:http';
import type { LoadResult, OpenStreamsJob } from './job.ts';

export interface Streams {
  open(job: OpenStreamsJob): Promise<LoadResult>;
  /** Closes them; the answer is how many were still open. */
  close(): number;
}

/** So many are being opened at a time. */
const openingAtOnce = 100;

/** One address has some 28 000 ports for one destination; Linux has all of 127.0.0.0/8 to come from. */
const addresses = process.platform === 'linux' ? 10 : 1;

export function createStreams(): Streams {
  const requests = new Set<ClientRequest>();
  const open = new Set<ClientRequest>();

  /** Settles when the first event is there; the stream then stays open. */
  function openOne(url: string, index: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const begunMs = performance.now();
      const localAddress = `127.0.0.${1 + (index % addresses)}`;
      const options = { agent: false, localAddress, headers: { accept: 'text/event-stream' } } as const;
      const request = get(url, options, (response) => {
        const { pathname } = new URL(url);
        if (response.statusCode === 404) return reject(new Error(`not there yet: 404 for ${pathname}`));
        if (response.statusCode !== 200) return reject(new Error(`answered ${response.statusCode}`));
        response.once('data', () => {
          open.add(request);
          resolve(performance.now() - begunMs);
        });
        response.once('error', reject);
        response.once('close', () => {
          open.delete(request);
          reject(new Error('the stream ended'));
        });
      });
      requests.add(request);
      const late = setTimeout(() => request.destroy(new Error('no event within 20 s')), 20_000);
      request.once('response', (response) => response.once('data', () => clearTimeout(late)));
      request.once('close', () => clearTimeout(late));
      // Also after it was opened, when it is closed on purpose.
      request.on('error', reject);
    });
  }

  return {
    async open({ url, paths, streams }) {
      const begunMs = performance.now();
      const times: number[] = [];
      let next = 0;
      const openSome = async () => {
        for (let index = next++; index < streams; index = next++) {
          times.push(await openOne(url + (paths[index % paths.length] ?? ''), index));
        }
      };
      const opening = Array.from({ length: openingAtOnce }, openSome);
      const faults = await Promise.all(opening).then(
        () => [],
        (error: unknown) => {
          // One that cannot be opened is enough to know.
          next = streams;
          return [error instanceof Error ? error.message : String(error)];
        },
      );
      await Promise.allSettled(opening);
      const seconds = (performance.now() - begunMs) / 1000;
      return { answers: times.length, seconds, bytes: 0, p50Ms: 0, p99Ms: 0, faults };
    },
    close() {
      const stillOpen = open.size;
      for (const request of requests) request.destroy();
      requests.clear();
      return stillOpen;
    },
  };
}
