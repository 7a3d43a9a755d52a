import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { addressedAsOf } from './addressed-as.ts';
import type { Claims } from './claims/claims.ts';
import type { Settings } from './config/settings.ts';
import { createProxied } from './create-proxied.ts';
import { holdContinue } from './http/body/expect-continue.ts';
import { type AnyServer, createConnections } from './http/connections/connections.ts';
import { answerEarlyErrors } from './http/connections/early-errors.ts';
import { answerHalfClosed } from './http/connections/half-closed.ts';
import { createTurns } from './http/connections/in-turn.ts';
import { limitUnreadAnswers } from './http/connections/unread-answers.ts';
import { createNamedOrigins } from './http/cors/named-origins.ts';
import { identifyCallers } from './identify-callers.ts';
import type { StandardOutput } from './observability/standard-output.ts';
import { openAuditTrail } from './open-audit-trail.ts';
import { openClaims } from './open-claims.ts';
import { openPolicies } from './open-policies.ts';
import { openTls } from './open-tls.ts';
import { createService, type ServiceParts } from './service.ts';
import { limitsOf } from './with-limits.ts';

/** Enough for what is on its way; what does not come is not waited for until the deadline. */
const incompleteGraceMs = 1_000;

export interface RunningService {
  /** Where it listens, such as `http://127.0.0.1:3000`; `https:` where it speaks TLS itself. */
  readonly url: string;
  /**
   * Fails `readyz`, goes on serving for a while so that the balancer notices, stops accepting, lets the
   * requests under way finish until the deadline, and lets go of everything.
   */
  stop(): Promise<void>;
}

export interface ServeParts
  extends Omit<
    ServiceParts,
    'audit' | 'claims' | 'policies' | 'notReadyBecause' | 'addressedAs' | 'isNamedOrigin' | 'proxied'
  > {
  /** What the settings name unless given. */
  readonly claims?: Claims;
  /** The same that the log goes to: where the audit trail goes unless the settings name a file. */
  readonly standardOutput: StandardOutput;
}

/**
 * The whole service on a port of its own.
 *
 * @throws SettingsError where a file that the settings name cannot be used
 * @throws the error of `listen`, such as EADDRINUSE
 */
export async function serve(settings: Settings, parts: ServeParts): Promise<RunningService> {
  const { clock, log, standardOutput } = parts;
  const tls = openTls(settings.tls, { log, clock });
  let stopping = false;
  let accepting = true;
  const connections = createConnections();
  const inTurn = createTurns(log);
  const notReadyBecause = () => (stopping ? 'This process is stopping.' : undefined);
  const { corsOrigins } = settings.callers;
  const isNamedOrigin = corsOrigins && createNamedOrigins(corsOrigins);
  const addressedAs = addressedAsOf(settings, isNamedOrigin);
  const callers = identifyCallers(settings, { log, clock });
  const audit = openAuditTrail(settings.audit, { standardOutput, log, clock });
  const service = createService(settings, {
    audit,
    policies: openPolicies(settings, { log, clock }),
    identify: callers.identify,
    limits: limitsOf(settings),
    ...parts,
    claims: parts.claims ?? openClaims(settings.creates, { log, clock }),
    proxied: createProxied(settings, log),
    notReadyBecause,
    ...(addressedAs && { addressedAs }),
    ...(isNamedOrigin && { isNamedOrigin }),
  });

  const app = express();
  // Tags are our own: one that Express makes would name other bytes than ours.
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing');
  // Decides what `request.ip` is, and whose headers about the original request are believed: these addresses and no others.
  app.set('trust proxy', settings.callers.trustedProxies ?? false);
  service.addTo(app);
  const answerRequest: RequestListener = (request, response) => {
    // Node goes on with what came in the same packet.
    if (request.socket.destroyed) return;
    if (stopping) response.setHeader('connection', 'close');
    const isFirst = connections.begin(request, response) === 0;
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
  const options = { ...timeouts, maxHeaderSize: largestHeadersBytes, requireHostHeader: false };
  const server = tls?.createServer(options, answerRequest) ?? createServer(options, answerRequest);
  // An expectation that nobody knows may be ignored (RFC 9110, 10.1.1); Node would refuse it without a word.
  server.on('checkExpectation', answerRequest);
  // Otherwise Node would ask for every body, even for one that its head is enough to refuse.
  server.on('checkContinue', (request, response) => {
    holdContinue(response);
    answerRequest(request, response);
  });
  // Node would leave out what is beyond the first thousand, another Host among it; their bytes are the limit.
  server.maxHeadersCount = 0;
  const earlyErrors = answerEarlyErrors(server, connections, {
    log,
    clock,
    basePath: settings.basePath ?? '',
    largestHeadersBytes,
  });
  answerHalfClosed(server, connections);
  limitUnreadAnswers(server, connections, {
    unreadMs: requestTimeoutMs,
    lookMs: timeouts.connectionsCheckingInterval,
  });
  await listen(server, settings);
  callers.warm();
  const { port } = server.address() as AddressInfo;

  return {
    url: `${tls ? 'https' : 'http'}://${settings.host.includes(':') ? `[${settings.host}]` : settings.host}:${port}`,
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
      callers.close();
      await service.close();
      cancelGrace();
      cancelDeadline();
    },
  };
}

function listen(server: AnyServer, { host, port }: Settings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}
