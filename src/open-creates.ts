import type { AuditTrail } from './audit/audit-trail.ts';
import type { Claims } from './claims/claims.ts';
import type { UpstreamSettings } from './config/upstream-settings.ts';
import type { Clock } from './observability/clock.ts';
import type { Log } from './observability/log.ts';
import { openAuditTrail } from './open-audit-trail.ts';
import { openClaims } from './open-claims.ts';
import { openPolicies } from './open-policies.ts';
import type { ExportPolicies } from './policies/rules.ts';

/** What creates need that outlives a request or the process. */
export interface CreatesStores {
  readonly claims: Claims;
  readonly policies: ExportPolicies;
  readonly trail: AuditTrail;
}
