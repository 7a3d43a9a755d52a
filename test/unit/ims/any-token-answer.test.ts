import { generateKeyPairSync } from 'node:crypto';
import { createServer, Agent as HttpAgent, type Server } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { TokenIssuer } from '../../../src/ims/access-token.ts';
import { createClockOffset } from '../../../src/ims/clock-offset.ts';
import { isTokenFault } from '../../../src/ims/errors.ts';
import { createJwtIssuer } from '../../../src/ims/jwt-issuer.ts';
import { createOAuthIssuer } from '../../../src/ims/oauth-issuer.ts';
import { fixedSecret } from '../../../src/ims/secret-source.ts';
import { systemClock } from '../../../src/observability/clock.ts';
import { silentLog } from '../../../src/observability/log.ts';
import { Secret } from '../../../src/observability/secret.ts';

const canaryToken = 'canary-token-e5c9';
const canarySecret = 'canary-secret-3b1f';

const tokenText = fc.oneof(
  fc.constantFrom(
    '',
    canaryToken,
    `${canaryToken}\r\nx: y`,
    ` ${canaryToken}`,
    `${canaryToken}\u0000`,
    `é${canaryToken}`,
  ),
  fc.string({ unit: 'binary' }).map((text) => canaryToken + text),
);
const life = fc.oneof(
  fc.constantFrom<unknown>(
    86_399,
    '86399',
    86_399_992,
    '86399992',
    0,
    -1,
    1e300,
    '1e3',
    null,
    true,
    [86_399],
  ),
  fc.double(),
  fc.string(),
);
const said = fc.oneof(
  fc.constantFrom<unknown>('invalid_client', 'server_error', canarySecret, 'sign_failed'),
  fc.jsonValue(),
);
/** What looks like an answer of IMS's, each member right, wrong or missing. */
const answer = fc.record(
  {
    access_token: fc.oneof(tokenText, fc.jsonValue()),
    token_type: fc.oneof(fc.constantFrom<unknown>('bearer', 'Bearer', 'mac'), fc.jsonValue()),
    expires_in: life,
    error: said,
    error_description: fc.oneof(said, fc.constant(`no ${canarySecret}`)),
  },
  { requiredKeys: [] },
);
const body = fc.oneof(
  answer.map((value) => Buffer.from(JSON.stringify(value))),
  answer.map((value) => Buffer.from(`\ufeff${JSON.stringify([value])}`)),
  fc.json().map((text) => Buffer.from(text)),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);
const status = fc.constantFrom(200, 200, 200, 201, 202, 204, 302, 400, 401, 403, 404, 429, 500, 503);

describe('any answer of IMS to an exchange', () => {
  let server: Server;
  let imsUrl: string;
  let next: { status: number; body: Buffer };
  const agents = { http: new HttpAgent(), https: new HttpsAgent() };
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  beforeAll(async () => {
    server = createServer((request, response) => {
      request.resume().on('end', () => {
        response.writeHead(next.status, { 'content-type': 'application/json', connection: 'close' });
        response.end(next.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    imsUrl = `http://127.0.0.1:${Object(server.address()).port}`;
  });
  afterAll(() => new Promise((resolve) => server.close(resolve)));

  function issuerOf(kind: 'oauth' | 'jwt'): TokenIssuer {
    const clientSecret = fixedSecret(new Secret(canarySecret));
    const common = {
      imsUrl,
      clientId: 'client',
      clientSecret,
      orgId: 'ORG@AdobeOrg',
      timeoutMs: 10_000,
      clock: systemClock,
    };
    if (kind === 'oauth') {
      return createOAuthIssuer({
        ...common,
        scopes: ['openid'],
        agents,
        clockOffset: createClockOffset({ log: silentLog }),
      });
    }
    const pem = new Secret(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
    return createJwtIssuer({
      ...common,
      technicalAccountId: 'a',
      privateKey: fixedSecret(pem),
      metaScopes: ['s'],
    });
  }

  it.each(['oauth', 'jwt'] as const)(
    'by %s is a token that can be sent, or a fault that holds neither token nor secret',
    async (kind) => {
      const issuer = issuerOf(kind);
      await fc.assert(
        fc.asyncProperty(status, body, async (status, body) => {
          next = { status, body };
          try {
            const { value, issuedAtMs, expiresAtMs } = await issuer.issue();
            expect(value.reveal()).toMatch(/^[\x21-\x7e]+$/);
            expect(expiresAtMs - issuedAtMs).toBeGreaterThanOrEqual(5_000);
            expect(expiresAtMs - issuedAtMs).toBeLessThanOrEqual(48 * 60 * 60 * 1000);
          } catch (error) {
            if (!isTokenFault(error)) throw error;
            const { message, detail, details, stack } = error;
            const told = JSON.stringify([message, detail, details, stack]);
            expect(told).not.toMatch(/canary-(?:token|secret)/);
          }
        }),
        { numRuns: 300 },
      );
    },
  );
});
