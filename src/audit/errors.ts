import { faultOf } from '../problems/fault.ts';

/** The destination of the audit trail is lost, and the operator wants no create without it. */
export class AuditUnavailable extends faultOf('audit-unavailable') {}
