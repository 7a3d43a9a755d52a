import type { ZodOpenApiObject } from 'zod-openapi';
import type { Permission } from '../../callers/caller.ts';

/** The ways to say who one is. Which of them a deployment accepts, its operator sets with `CALLER_AUTH`. */
export const securitySchemes = {
  accessToken: {
    type: 'http',
    scheme: 'bearer',
    description:
      'An access token (JWT) of the identity provider that the operator has set, or an API key (RFC 6750).',
  },
  callerKey: {
    type: 'apiKey',
    in: 'header',
    name: 'x-caller-key',
    description:
      'An API key, where `Authorization` belongs to somebody else. It counts before `Authorization`.',
  },
  clientCertificate: { type: 'mutualTLS', description: 'A client certificate that the operator has listed.' },
} as const satisfies NonNullable<ZodOpenApiObject['components']>['securitySchemes'];

/** One of the ways, with this permission; or none, where a gateway has authenticated the caller already. */
export function requires(permission: Permission): Record<string, Permission[]>[] {
  return [...Object.keys(securitySchemes).map((name) => ({ [name]: [permission] })), {}];
}
