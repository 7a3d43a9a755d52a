import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { Settings } from './config/settings.ts';
import { isLoopback, isWildcard } from './config/values.ts';
import { type AddressedAs, loopbackHosts } from './http/addressed-host.ts';
import { holdContinue } from './http/body/expect-continue.ts';
import { createConnections } from './http/connections/connections.ts';
import { answerEarlyErrors } from './http/connections/early-errors.ts';
import { answerHalfClosed } from './http/connections/half-closed.ts';
import { createTurns } from './http/connections/in-turn.ts';
import { limitUnreadAnswers } from './http/connections/unread-answers.ts';
import { createIdentifyCaller } from './identify-callers.ts';
import { createService, type ServiceParts } from './service.ts';

/** Enough for what is on its way; what does not come is not waited for until the deadline. */
const incompleteGraceMs = 1_000;

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
  const connections = createConnections();
  const inTurn = createTurns();
  const notReadyBecause = () => (stopping ? 'This process is stopping.' : undefined);
  const addressedAs = addressedAsOf(settings);
  const service = createService(settings, {
    identify: createIdentifyCaller(settings),
    ...parts,
    notReadyBecause,
    ...(addressedAs && { addressedAs }),
  });

  const app = express();
  // Tags are our own: one that Express makes would name other bytes than ours.
  app.disable('x-powered-by').disable('etag');
  app.use(service.router);
  const answerRequest: RequestListener = (request, response) => {
    if (stopping) response.setHeader('connection', 'close');
    const isFirst = connections.underWay(request.socket).length === 0;
    connections.begin(request, response);
    const begin = () => app(request, response);
    // Nearly all requests come one by one, and cost nothing more.
    if (isFirst) begin();
    else inTurn(request.socket, response, begin);
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

  const { keepAliveTimeoutMs, headersTimeoutMs, requestTimeoutMs, largestHeadersBytes } = settings.server;
  const timeouts = {
    keepAliveTimeout: keepAliveTimeoutMs,
    headersTimeout: headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    // How late Node may notice that one of the two is over: a second, where it would be half a minute.
    connectionsCheckingInterval: Math.min(1_000, Math.ceil(headersTimeoutMs / 10)),
  };
  // Without a Host, Node would answer by itself, with nothing but a status; the router answers with a problem.
  const server = createServer(
    { ...timeouts, maxHeaderSize: largestHeadersBytes, requireHostHeader: false },
    answerRequest,
  );
  // An expectation that nobody knows may be ignored (RFC 9110, 10.1.1); Node would refuse it without a word.
  server.on('checkExpectation', answerRequest);
  // Otherwise Node would ask for every body, even for one that its head is enough to refuse.
  server.on('checkContinue', (request, response) => {
    holdContinue(response);
    answerRequest(request, response);
  });
  // Node would leave out what is beyond the first thousand, another Host among it; their bytes are the limit.
  server.maxHeadersCount = 0;
  const earlyErrors = answerEarlyErrors(server, connections, { log, clock, largestHeadersBytes });
  answerHalfClosed(server, connections);
  limitUnreadAnswers(server, connections, {
    unreadMs: requestTimeoutMs,
    lookMs: timeouts.connectionsCheckingInterval,
  });
  await listen(server, settings);
  const { port } = server.address() as AddressInfo;

  return {
    url: `http://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`,
    async stop() {
      const { keepServingMs, deadlineMs } = settings.stop;
      stopping = true;
      for (const response of connections.underWay()) lastOnItsConnection(response);
      if (keepServingMs > 0) await new Promise<void>((resolve) => clock.after(keepServingMs, resolve));
      accepting = false;
      // Who is sent away comes back at once, so not before the balancer leads elsewhere.
      service.stopWatching();
      const cancelGrace = clock.after(Math.min(incompleteGraceMs, deadlineMs), earlyErrors.refuseIncomplete);
      const cancelDeadline = clock.after(deadlineMs, () => {
        // Not `closeAllConnections`, which does not see those that Node has handed over.
        for (const connection of connections.all()) connection.destroy();
        void service.abort();
      });
      await new Promise((resolve) => server.close(resolve));
      await service.close();
      cancelGrace();
      cancelDeadline();
    },
  };
}

/** Unless hosts are set, whoever listens for others leaves it to the gateway that checks them. */
function addressedAsOf({ host, callers: { allowedHosts } }: Settings): AddressedAs | undefined {
  if (!allowedHosts && !isLoopback(host)) return undefined;
  // A name of this machine is everybody's on it, so it makes no page trusted, and an address that stands for all
  // addresses is nobody's name.
  const named = (allowedHosts ?? []).filter((one) => !isLoopback(one));
  return { hosts: [...loopbackHosts, ...(isWildcard(host) ? [] : [host]), ...named], pages: named };
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
