import { faultOf } from '../problems/fault.ts';

/** Nobody knows who sends the request: it brings no credential, or one that is not valid. */
export class NotAuthenticated extends faultOf('not-authenticated') {}

/** It is known who sends the request, and that caller may not do this. */
export class PermissionMissing extends faultOf('permission-missing') {}

/** Whether a credential is valid cannot be found out now. */
export class AuthenticationUnavailable extends faultOf('authentication-unavailable') {}

/** The caller has asked more often than it may. */
export class TooManyRequests extends faultOf('too-many-requests') {}

/**
 * @param detail for the caller; it must not tell an existing key from a missing one
 * @param internal for the log
 */
export function invalidCredential(detail: string, internal?: string): NotAuthenticated {
  return new NotAuthenticated(detail, {
    challenge: { error: 'invalid_token' },
    ...(internal !== undefined && { internal }),
  });
}
