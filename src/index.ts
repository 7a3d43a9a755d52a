import { Router } from 'express';
import { findFileFaults } from './check-files.ts';
import { type MiddlewareOptions, readMiddlewareOptions } from './config/middleware-settings.ts';
import { createHostCaller, type HostCallerOf } from './http/callers/host-caller.ts';
import { type Clock, systemClock } from './observability/clock.ts';
import { createGuardedLog } from './observability/guarded.ts';
import { type Log, silentLog } from './observability/log.ts';
import { hostAuditFaults, openHostAuditTrail } from './open-audit-trail.ts';
import { openClaims } from './open-claims.ts';
import { openPolicies } from './open-policies.ts';
import { createService } from './service.ts';

export type { CredentialOptions, MiddlewareOptions } from './config/middleware-settings.ts';
export { SettingsError } from './config/settings-error.ts';
export type { HostCaller, HostCallerOf } from './http/callers/host-caller.ts';
export type { Job } from './jobs/job.ts';
export type { NewJob } from './jobs/new-job.ts';
export type { Clock } from './observability/clock.ts';
export type { Log } from './observability/log.ts';

export interface ExportJobsOptions extends MiddlewareOptions {
  /**
   * A logger such as pino's: one line for each request, and the audit trail unless `audit.file` names a file for that.
   * Nothing is written unless given.
   */
  readonly log?: Log;
  readonly clock?: Clock;
  /**
   * Who sends a request, for limits, and what it may see and do: callers of the same `permission` share cached
   * answers. Everybody may do everything unless given.
   */
  readonly callerOf?: HostCallerOf;
}

export interface ExportJobs extends Router {
  /** Ends the connections to Adobe when the calls under way are done. */
  close(): Promise<void>;
}

/**
 * Everything that the service answers, as Express middleware for an app of your own:
 * `app.use('/exports', exportJobs({ adobe: { clientId, clientSecret, orgId } }))`.
 *
 * Mount it at a path of its own, because it answers everything below that path, with 404 where there is
 * nothing. `Location`, `next`, `Link` and a problem's `type` carry the path.
 *
 * @throws SettingsError with every fault of the options at once
 */
export function exportJobs({
  log = silentLog,
  clock = systemClock,
  callerOf,
  ...options
}: ExportJobsOptions): ExportJobs {
  const names = { claims: 'creates.claimsFile', audit: 'audit.file' };
  const settings = readMiddlewareOptions(options, (read) => [
    ...findFileFaults(read, names),
    ...hostAuditFaults(read.audit, log),
  ]);
  const guarded = createGuardedLog(log);
  const audit = openHostAuditTrail(settings.audit, { log, clock });
  const policies = openPolicies(settings, { log: guarded, clock, setting: 'creates.policiesFile' });
  // Last, because nobody else can use its file from then on, and a fault of the others would leave it open.
  const claims = openClaims(settings.creates, { log: guarded, clock, setting: 'creates.claimsFile' });
  const service = createService(settings, {
    log: guarded,
    claims,
    policies,
    audit,
    clock,
    ...(callerOf && { identify: createHostCaller(callerOf, settings.adobe.sandboxes) }),
  });
  const router = Router({ caseSensitive: true });
  service.addTo(router);
  return Object.assign(router, { close: service.close });
}
