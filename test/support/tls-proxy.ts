import { createServer as createHttpServer, request as httpRequest } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, connect, type Server, type Socket } from 'node:net';
import { generate } from 'selfsigned';

export interface TlsFront extends AsyncDisposable {
  readonly url: string;
  /** PEM; what a client has to trust. */
  readonly certificate: string;
}

export interface ForwardProxy extends AsyncDisposable {
  readonly url: string;
  /** The `host:port` of each tunnel that was asked for. */
  readonly tunnels: readonly string[];
}

/** The same server, by https on `localhost`, as Adobe's are. */
export async function startTlsFront(target: string): Promise<TlsFront> {
  const pems = await generate([{ name: 'commonName', value: 'localhost' }], {
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: 'localhost' }] },
    ],
  });
  const server = createHttpsServer({ key: pems.private, cert: pems.cert }, (request, response) => {
    const { method, url, headers } = request;
    const onward = httpRequest(`${target}${url}`, { method: method ?? 'GET', headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  const port = await listen(server);
  return {
    url: `https://localhost:${port}`,
    certificate: pems.cert,
    [Symbol.asyncDispose]: () => close(server),
  };
}

/** A corporate proxy: it tunnels, and writes down where to. */
export async function startProxy(): Promise<ForwardProxy> {
  const tunnels: string[] = [];
  const sockets = new Set<Socket>();
  const server = createHttpServer((_request, response) => {
    response.writeHead(501).end();
  });
  server.on('connect', (request, client: Socket) => {
    tunnels.push(request.url ?? '');
    const [, port] = (request.url ?? '').split(':');
    const onward = connect(Number(port), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      onward.pipe(client).pipe(onward);
    });
    for (const socket of [client, onward]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
    }
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    tunnels,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await close(server);
    },
  };
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function close(
  server: ReturnType<typeof createHttpServer> | ReturnType<typeof createHttpsServer>,
): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
