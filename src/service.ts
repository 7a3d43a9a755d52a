import type { IRouter } from 'express';
import type { AuditTrail } from './audit/audit-trail.ts';
import { createTicketStore } from './callers/ticket-store.ts';
import { createTickets, ticketLifeMs } from './callers/tickets.ts';
import type { Claims } from './claims/claims.ts';
import type { UpstreamSettings } from './config/upstream-settings.ts';
import { createCredential } from './credential.ts';
import type { AddressedAs } from './http/addressed-host.ts';
import { acceptTickets } from './http/callers/accept-tickets.ts';
import { createAnyone } from './http/callers/anyone.ts';
import type { IdentifyCaller } from './http/callers/authenticate.ts';
import type { IsNamedOrigin } from './http/cors/named-origins.ts';
import type { Proxied } from './http/proxies/proxied.ts';
import { addSteps } from './http/router.ts';
import type { Readiness } from './http/service-routes.ts';
import { createAgents, proxyFor } from './ims/proxy.ts';
import { createTokenCache } from './ims/token-cache.ts';
import { createTokenSource } from './ims/token-source.ts';
import { createJobs } from './jobs/create-jobs.ts';
import type { Clock } from './observability/clock.ts';
import { createLoadGauge, type LoadGauge } from './observability/load-gauge.ts';
import type { Log } from './observability/log.ts';
import { createOrganizationMask } from './observability/organization-mask.ts';
import type { OpenPolicies } from './open-policies.ts';
import { createDescribeRequest } from './platform/describe-request.ts';
import { createDispatcher } from './platform/dispatcher.ts';
import { createPlatformClient } from './platform/platform-client.ts';
import { createCallLimit } from './platform/policy/call-limit.ts';
import { withPolicy } from './platform/policy/call-policy.ts';
import { createCircuitBreakers } from './platform/policy/circuit-breakers.ts';
import { createSend } from './platform/send.ts';
import { withToken } from './platform/with-token.ts';
import { type Limits, withLimits } from './with-limits.ts';

export interface ServiceParts {
  readonly log: Log;
  readonly clock: Clock;
  /** Closed with the service, as the two after it. */
  readonly audit: AuditTrail;
  readonly claims: Claims;
  readonly policies: OpenPolicies;
  readonly notReadyBecause?: Readiness;
  /** By which names it may be addressed; any unless given. */
  readonly addressedAs?: AddressedAs;
  /** What stands in front and says something about requests; nothing unless given. */
  readonly proxied?: Proxied;
  /** Whose pages may call from another origin; none unless given, or the host application decides. */
  readonly isNamedOrigin?: IsNamedOrigin;
  /** How late the event loop is; measured unless given. Closed with the service. */
  readonly load?: LoadGauge;
  /** Who sends a request, and what it may do; anyone may do everything unless given. */
  readonly identify?: IdentifyCaller;
  /** How often each caller may call; only callers with limits of their own are limited unless given. */
  readonly limits?: Limits | undefined;
  /** From 0 to 1; `Math.random` unless given. */
  readonly random?: () => number;
}

export interface Service {
  /** Lets an app, or a router with case-sensitive paths, answer what the service answers. */
  addTo(router: IRouter): void;
  /** Answers those who wait with the cached job, and ends the streams. */
  stopWatching(): void;
  /** Ends the connections to Adobe when the calls under way are done. */
  close(): Promise<void>;
  /** Cuts off the calls under way. */
  abort(): Promise<void>;
}

/** The composition root: here, and nowhere else, the rooms are wired to each other. */
export function createService(settings: UpstreamSettings, parts: ServiceParts): Service {
  const { log, clock, audit, claims, policies } = parts;
  const { adobe, ims, platform } = settings;

  const agents = createAgents(ims.url, settings.proxy);
  const random = parts.random ?? Math.random;
  const issuer = createCredential(settings, { log, clock, random, agents });
  const hideOrganization = createOrganizationMask(adobe.orgId);
  const cache = createTokenCache(clock);
  const { refusalDelayMs } = ims;
  const tokens = createTokenSource({ issuer, cache, refusalDelayMs, clock, random, log });

  const { url: origin, profileInstanceId, ...limits } = platform;
  const proxy = proxyFor(origin, settings.proxy);
  const dispatcher = createDispatcher({ origin, proxy, connections: limits.concurrentCalls, ...limits });
  const identity = { origin, apiKey: adobe.clientId, orgId: adobe.orgId, profileInstanceId };
  const attempt = createSend({
    ...identity,
    dispatcher,
    callTimeoutMs: limits.callTimeoutMs,
    largestAnswerBytes: limits.largestAnswerBytes,
    proxyName: proxy?.name,
    clock,
  });
  const send = withPolicy(withToken(attempt, tokens, clock), {
    ...limits,
    breakers: createCircuitBreakers({ ...limits.breaker, clock }),
    limit: createCallLimit(limits),
    clock,
  });
  const { watching, streams } = settings;
  const describe = createDescribeRequest(identity);
  const client = createPlatformClient({ send, describe, origin, ...limits, hideOrganization, clock });
  const jobs = createJobs({
    platform: client,
    audit,
    claims,
    policies,
    creates: settings.creates,
    cache: settings.cache,
    watching,
    clock,
    random,
    log,
  });

  // A ticket is a stream that is about to be opened, so there may be as many.
  const { most, mostForEachCaller } = streams;
  const store = createTicketStore({ lifeMs: ticketLifeMs, most, mostForEachCaller, clock });
  const tickets = createTickets({ store, clock });

  const load = parts.load ?? createLoadGauge();
  let aborted = false;
  let closed: Promise<void> | undefined;

  async function closeOnce(): Promise<void> {
    jobs.stopWatching();
    jobs.close();
    policies.close();
    load.close();
    tokens.close();
    agents.http.destroy();
    agents.https.destroy();
    if (!aborted) await dispatcher.close();
    claims.close();
    audit.close();
  }

  return {
    addTo(router) {
      const identify = acceptTickets(parts.identify ?? createAnyone(adobe.sandboxes), tickets);
      addSteps(router, {
        jobs,
        ...withLimits(identify, parts.limits, clock),
        tickets,
        largestBodyBytes: settings.requests.largestBodyBytes,
        idempotencyKeys: settings.creates.idempotencyKeys,
        streams,
        random,
        notReadyBecause: () => parts.notReadyBecause?.() ?? tokens.notReadyBecause(),
        overload: { load, ...settings.overload },
        ...(parts.addressedAs && { addressedAs: parts.addressedAs }),
        ...(parts.isNamedOrigin && { isNamedOrigin: parts.isNamedOrigin }),
        ...(parts.proxied && { proxied: parts.proxied }),
        log,
        clock,
      });
    },
    stopWatching: jobs.stopWatching,
    async abort() {
      aborted = true;
      await dispatcher.destroy();
    },
    close() {
      closed ??= closeOnce();
      return closed;
    },
  };
}
