import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What arrived, before anybody has looked for a route. */
export interface RecordedRequest {
  readonly method: string;
  /** As it is in the request line. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Stands in front of an emulator and sees all that is sent there, also what it has no route for. */
export interface RecordingFront extends AsyncDisposable {
  readonly url: string;
  readonly seen: RecordedRequest[];
  /** Where it leads; nowhere before this is said. */
  leadTo(url: string): void;
}

/** The headers that Platform is sent, and no other ones. */
export const sentToPlatform = new Set([
  ...['host', 'connection', 'accept', 'accept-encoding', 'authorization', 'x-api-key', 'x-gw-ims-org-id'],
  ...['x-sandbox-name', 'x-request-id', 'content-type', 'content-length'],
]);

export async function startRecordingFront(): Promise<RecordingFront> {
  const seen: RecordedRequest[] = [];
  let leadsTo = '';
  const server = createServer((request, response) => {
    const { method = '', url: target = '', headers } = request;
    seen.push({ method, target, headers });
    const onward = httpRequest(`${leadsTo}${target}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    leadTo(url) {
      leadsTo = url;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
