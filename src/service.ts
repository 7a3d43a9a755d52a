import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { Router } from 'express';
import type { UpstreamSettings } from './config/upstream-settings.ts';
import { createCredential } from './credential.ts';
import { anyone, type IdentifyCaller } from './http/caller.ts';
import type { Readiness } from './http/health-routes.ts';
import { createRouter } from './http/router.ts';
import { createTokenCache } from './ims/token-cache.ts';
import { createTokenSource } from './ims/token-source.ts';
import { createJobs } from './jobs/jobs.ts';
import { createPlatformJobs } from './jobs/platform-jobs.ts';
import type { Clock } from './observability/clock.ts';
import { createLoadGauge, type LoadGauge } from './observability/load-gauge.ts';
import type { Log } from './observability/log.ts';
import { createDispatcher } from './platform/dispatcher.ts';
import { createPlatformClient } from './platform/platform-client.ts';
import { createCallLimit } from './platform/policy/call-limit.ts';
import { withPolicy } from './platform/policy/call-policy.ts';
import { createCircuitBreakers } from './platform/policy/circuit-breakers.ts';
import { createSend } from './platform/send.ts';
import { withToken } from './platform/with-token.ts';

export interface ServiceParts {
  readonly log: Log;
  readonly clock: Clock;
  readonly notReadyBecause?: Readiness;
  /** How late the event loop is; measured unless given. Closed with the service. */
  readonly load?: LoadGauge;
  /** Who sends a request, and what it may see; everybody the same unless given. */
  readonly callerOf?: IdentifyCaller;
  /** From 0 to 1; `Math.random` unless given. */
  readonly random?: () => number;
}

export interface Service {
  readonly router: Router;
  /** Answers those who wait with what is known, and sends away those who follow. */
  stopFollowing(): void;
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
  const random = parts.random ?? Math.random;
  const issuer = createCredential(settings, { log, clock, random, agents });
  const cache = createTokenCache(clock);
  const { refusalDistanceMs: refusalDelayMs } = ims;
  const tokens = createTokenSource({ issuer, cache, refusalDelayMs, clock, random, log });

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
  const send = withPolicy(withToken(attempt, tokens, clock), {
    ...limits,
    breakers: createCircuitBreakers({ ...limits.breaker, clock }),
    limit: createCallLimit(limits),
    clock,
  });
  const { known, watching, streams } = settings;
  const jobs = createJobs({
    platform: createPlatformJobs(createPlatformClient({ send, clock })),
    known,
    watching,
    clock,
    random,
    log,
  });

  const load = parts.load ?? createLoadGauge();
  let aborted = false;

  return {
    router: createRouter({
      jobs,
      sandboxes: adobe.sandboxes,
      callerOf: parts.callerOf ?? anyone,
      streams,
      random,
      notReadyBecause: () => parts.notReadyBecause?.() ?? tokens.notReadyBecause(),
      overload: { load, ...settings.overload },
      log,
      clock,
    }),
    stopFollowing: jobs.stopFollowing,
    async abort() {
      aborted = true;
      await dispatcher.destroy();
    },
    async close() {
      jobs.stopFollowing();
      load.close();
      tokens.close();
      agents.http.destroy();
      agents.https.destroy();
      if (!aborted) await dispatcher.close();
    },
  };
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
