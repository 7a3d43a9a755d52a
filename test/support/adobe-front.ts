import { createServer as createHttpServer, request as httpRequest } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { generate } from 'selfsigned';

export interface AdobeFront extends AsyncDisposable {
  /** A proxy: what a program has to have as `HTTPS_PROXY`. */
  readonly proxyUrl: string;
  /** PEM; what a program has to trust. */
  readonly certificate: string;
  /** The `host:port` of each tunnel that was asked for. */
  readonly tunnels: readonly string[];
}

const hosts = ['ims-na1.adobelogin.com', 'platform.adobe.io'];

/**
 * Adobe's production hosts by https, with an emulator behind them: for packages in which the hosts are written.
 * They reach it through a proxy, which every one of them can be told by its environment. No other host is reached.
 */
export async function startAdobeFront(target: string): Promise<AdobeFront> {
  const pems = await generate([{ name: 'commonName', value: 'emulated Adobe' }], {
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: hosts.map((value) => ({ type: 2, value })) },
    ],
  });
  const secure = createHttpsServer({ key: pems.private, cert: pems.cert }, (request, response) => {
    const { method = 'GET', url, headers } = request;
    const onward = httpRequest(`${target}${url}`, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });

  const tunnels: string[] = [];
  const sockets = new Set<Socket>();
  const proxy = createHttpServer((_request, response) => {
    response.writeHead(501).end();
  });
  proxy.on('connect', ({ url = '' }, socket: Socket) => {
    tunnels.push(url);
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    if (!hosts.some((host) => url === `${host}:443`)) {
      socket.end('HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    secure.emit('connection', socket);
  });
  await new Promise<void>((resolve) => {
    proxy.listen(0, '127.0.0.1', resolve);
  });

  return {
    proxyUrl: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    certificate: pems.cert,
    tunnels,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    },
  };
}
