import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Router } from 'express';
import type { Agents } from 'got';
import type { UpstreamSettings } from './config/upstream-settings.ts';
import type { Readiness } from './http/health-routes.ts';
import { createRouter } from './http/router.ts';
import type { AccessToken, TokenIssuer } from './ims/access-token.ts';
import { createJwtIssuer } from './ims/jwt-issuer.ts';
import { createOAuthIssuer } from './ims/oauth-issuer.ts';
import { createTokenSource } from './ims/token-source.ts';
import { createJobs } from './jobs/jobs.ts';
import type { Clock } from './observability/clock.ts';
import { createLoadGauge, type LoadGauge } from './observability/load-gauge.ts';
import type { Log } from './observability/log.ts';
import { createDispatcher } from './platform/dispatcher.ts';
import { createPlatformClient } from './platform/platform-client.ts';
import { createCallLimit } from './platform/policy/call-limit.ts';
import { withPolicy } from './platform/policy/call-policy.ts';
import { createCircuitBreakers } from './platform/policy/circuit-breakers.ts';
import { createRetryBudget } from './platform/policy/retry-budget.ts';
import { createSend } from './platform/send.ts';
import { withToken } from './platform/with-token.ts';
import { createMemoryStore } from './store/memory-store.ts';
import type { Store } from './store/store.ts';

export interface ServiceParts {
  readonly log: Log;
  readonly clock: Clock;
  /** Where tokens are kept; this process's memory unless given. */
  readonly tokenStore?: Store<AccessToken>;
  readonly notReadyBecause?: Readiness;
  /** How late the event loop is; measured unless given. Closed with the service. */
  readonly load?: LoadGauge;
}

export interface Service {
  readonly router: Router;
  /** Ends the connections to Adobe when the calls under way are done. */
  close(): Promise<void>;
  /** Cuts off the calls under way. */
  abort(): Promise<void>;
}

/** The composition root: here, and nowhere else, the rooms are wired to each other. */
export function createService(settings: UpstreamSettings, parts: ServiceParts): Service {
  const { log, clock } = parts;
  const { adobe, ims, platform, proxy } = settings;

  const agents = createAgents(settings);
  const tokenStore = parts.tokenStore ?? createMemoryStore<AccessToken>({ maxEntries: 10, clock });
  const issuer = createIssuer(settings, agents, parts);
  const tokens = createTokenSource({ issuer, store: tokenStore, renewAheadMs: ims.renewAheadMs, clock });

  const { url: origin, ...limits } = platform;
  const dispatcher = createDispatcher({ origin, proxy, connections: limits.concurrentCalls, ...limits });
  const { clientId: apiKey, orgId } = adobe;
  const attempt = createSend({
    dispatcher,
    origin,
    apiKey,
    orgId,
    callTimeoutMs: limits.callTimeoutMs,
    clock,
  });
  const send = withPolicy(withToken(attempt, tokens), {
    ...limits,
    breakers: createCircuitBreakers({ ...limits.breaker, clock }),
    limit: createCallLimit(limits),
    budget: createRetryBudget(),
    clock,
  });
  const jobs = createJobs(createPlatformClient({ send, clock }));

  const load = parts.load ?? createLoadGauge();
  let aborted = false;

  return {
    router: createRouter({
      jobs,
      sandboxes: adobe.sandboxes,
      notReadyBecause: parts.notReadyBecause ?? (() => undefined),
      overload: { load, ...settings.overload },
      log,
      clock,
    }),
    async abort() {
      aborted = true;
      await dispatcher.destroy();
    },
    async close() {
      load.close();
      agents.http.destroy();
      agents.https.destroy();
      if (!aborted) await dispatcher.close();
    },
  };
}

/** A new kind of credential is a new issuer, and a line here. */
export function createIssuer(
  { adobe, ims }: UpstreamSettings,
  agents: Agents,
  { log, clock }: Pick<ServiceParts, 'log' | 'clock'>,
): TokenIssuer {
  const common = { imsUrl: ims.url, timeoutMs: ims.timeoutMs, clock };
  if (adobe.credential === 'oauth') return createOAuthIssuer({ ...common, ...adobe, agents });
  log.warn(
    { credential: 'jwt' },
    'Adobe ended service account (JWT) credentials on 1 March 2026: use OAuth server-to-server',
  );
  const { privateKeyPassphrase, ...jwt } = adobe;
  return createJwtIssuer({ ...common, ...jwt, ...(privateKeyPassphrase && { privateKeyPassphrase }) });
}

/** Node's own agents for the token exchange, aware of the proxy. A call or two a day keeps nothing open. */
export function createAgents({ proxy }: Pick<UpstreamSettings, 'proxy'>) {
  const proxyEnv = {
    ...(proxy.httpProxy && { HTTP_PROXY: proxy.httpProxy.reveal() }),
    ...(proxy.httpsProxy && { HTTPS_PROXY: proxy.httpsProxy.reveal() }),
    ...(proxy.noProxy && { NO_PROXY: proxy.noProxy }),
  };
  return {
    http: new HttpAgent({ proxyEnv }),
    https: new HttpsAgent({ proxyEnv }),
  };
}
