import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Settings } from './config/settings.ts';
import { isLoopback } from './config/values.ts';
import { type AddressedAs, loopbackHosts } from './http/addressed-host.ts';
import { createAnswersUnderWay } from './http/answers-under-way.ts';
import { answerEarlyErrors } from './http/early-errors.ts';
import { createService, type ServiceParts } from './service.ts';

type Route = (request: IncomingMessage, response: ServerResponse, next: () => void) => void;

export interface RunningService {
  /** Where it listens, such as `http://127.0.0.1:3000`. */
  readonly url: string;
  /**
   * Fails `readyz`, goes on serving for a while so that the balancer notices, stops accepting, lets the
   * requests under way finish until the deadline, and lets go of everything.
   */
  stop(): Promise<void>;
}

/**
 * The whole service on a port of its own.
 *
 * @throws the error of `listen`, such as EADDRINUSE
 */
export async function serve(
  settings: Settings,
  parts: Omit<ServiceParts, 'notReadyBecause' | 'addressedAs'>,
): Promise<RunningService> {
  const { clock, log } = parts;
  let stopping = false;
  let accepting = true;
  const answers = createAnswersUnderWay();
  const notReadyBecause = () => (stopping ? 'This process is stopping.' : undefined);
  const addressedAs = addressedAsOf(settings);
  const service = createService(settings, { ...parts, notReadyBecause, ...(addressedAs && { addressedAs }) });

  // It needs nothing of what an Express app adds, see RoutedRequest, although its type says so.
  const route = service.router as unknown as Route;
  const answerRequest: RequestListener = (request, response) => {
    if (stopping) response.setHeader('connection', 'close');
    answers.begin(request, response);
    // Only where not even a problem could be answered.
    route(request, response, () => response.destroy());
  };

  /** So that its connection is not used once more. What has begun without saying so is an event stream. */
  function lastOnItsConnection(response: ServerResponse): void {
    if (!response.headersSent) response.setHeader('connection', 'close');
    else
      response.once('close', () => {
        // As long as we accept, a request may be on its way on what looks idle from here.
        if (!accepting) setImmediate(() => server.closeIdleConnections());
      });
  }

  const { keepAliveTimeoutMs, headersTimeoutMs, requestTimeoutMs } = settings.server;
  const timeouts = {
    keepAliveTimeout: keepAliveTimeoutMs,
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
  };
  // Without a Host, Node would answer by itself, with nothing but a status; the router answers with a problem.
  const server = createServer({ ...timeouts, requireHostHeader: false }, answerRequest);
  // An expectation that nobody knows may be ignored (RFC 9110, 10.1.1); Node would refuse it without a word.
  server.on('checkExpectation', answerRequest);
  answerEarlyErrors(server, answers, log);
  await listen(server, settings);
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`,
    async stop() {
      const { keepServingMs, deadlineMs } = settings.stop;
      stopping = true;
      for (const response of answers.all()) lastOnItsConnection(response);
      if (keepServingMs > 0) await new Promise<void>((resolve) => clock.after(keepServingMs, resolve));
      accepting = false;
      // Who is sent away comes back at once, so not before the balancer leads elsewhere.
      service.stopFollowing();
      const cancelDeadline = clock.after(deadlineMs, () => {
        server.closeAllConnections();
        void service.abort();
      });
      await new Promise((resolve) => server.close(resolve));
      await service.close();
      cancelDeadline();
    },
  };
}

/** Unless hosts are set, whoever listens for others leaves it to the gateway that checks them. */
function addressedAsOf({ host, callers: { allowedHosts } }: Settings): AddressedAs | undefined {
  if (!allowedHosts && !isLoopback(host)) return undefined;
  return { hosts: [...loopbackHosts, host, ...(allowedHosts ?? [])], pages: allowedHosts ?? [] };
}

function listen(server: Server, { host, port }: Settings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
