import type { Caller, Permission } from './caller.ts';
import { PermissionMissing } from './errors.ts';

/** @throws PermissionMissing */
export function requirePermission(caller: Caller, permission: Permission): void {
  if (caller.permissions.has(permission)) return;
  throw new PermissionMissing(`This caller lacks the permission ${permission}.`, {
    challenge: { error: 'insufficient_scope', scope: permission },
  });
}
