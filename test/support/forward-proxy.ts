import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ClearProxy extends AsyncDisposable {
  /** With `user` in front of the host, such as `name:password@`. */
  url(user?: string): string;
  /** The host of each request that came through. */
  readonly hosts: readonly string[];
  /** `user:password` of each request, as it was meant. */
  readonly users: readonly string[];
  /** All requests are led there, whatever host they name. */
  leadTo(url: string): void;
}

/** A proxy that forwards `http:` requests, without a tunnel (RFC 9112, 3.2.2). */
export async function startClearProxy(): Promise<ClearProxy> {
  const hosts: string[] = [];
  const users: string[] = [];
  let target = '';
  const server = createServer((request, response) => {
    const { host, pathname, search } = new URL(request.url ?? '');
    const { 'proxy-authorization': authorization, ...headers } = request.headers;
    hosts.push(host);
    users.push(Buffer.from(authorization?.split(' ')[1] ?? '', 'base64').toString());
    const options = { method: request.method ?? 'GET', headers };
    const onward = httpRequest(`${target}${pathname}${search}`, options, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: (user = '') => `http://${user}127.0.0.1:${(server.address() as AddressInfo).port}`,
    hosts,
    users,
    leadTo(url) {
      target = url;
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
