import { Agent, request } from 'node:http';

export interface CallerAnswer {
  readonly status: number;
  /** The server said `Connection: close`. */
  readonly lastOnConnection: boolean;
}

/** Somebody with one connection, which is used until the server ends it. Nothing is sent a second time. */
export interface KeepAliveCaller {
  /** @throws the error of the connection, such as ECONNRESET */
  send(method: string, path: string, body?: object): Promise<CallerAnswer>;
  /** How many connections there have been. */
  connections(): number;
  close(): void;
}

export function createKeepAliveCaller(url: string): KeepAliveCaller {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let connections = 0;
  return {
    send(method, path, body) {
      return new Promise((resolve, reject) => {
        const headers = body && { 'content-type': 'application/json' };
        const call = request(`${url}${path}`, { agent, method, ...(headers && { headers }) }, (answer) => {
          const { statusCode = 0, headers } = answer;
          answer.on('error', reject).on('end', () => {
            resolve({ status: statusCode, lastOnConnection: headers.connection === 'close' });
          });
          answer.resume();
        });
        call.on('socket', () => {
          if (!call.reusedSocket) connections += 1;
        });
        call.on('error', reject);
        call.end(body && JSON.stringify(body));
      });
    },
    connections: () => connections,
    close: () => agent.destroy(),
  };
}
