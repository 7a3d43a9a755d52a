import http from 'node:http';
import https from 'node:https';
import { readPrivateKey, withoutPassphrase } from './config/private-key.ts';
import { readSecretFile } from './config/secret-file.ts';
import type { UpstreamSettings } from './config/upstream-settings.ts';
import type { TokenIssuer } from './ims/access-token.ts';
import { createClockOffset } from './ims/clock-offset.ts';
import { type CoolDownIssuer, createCoolDownIssuer } from './ims/cool-down-issuer.ts';
import { createJwtIssuer } from './ims/jwt-issuer.ts';
import { createMaskingIssuer } from './ims/masking-issuer.ts';
import { createOAuthIssuer, type OAuthIssuerOptions } from './ims/oauth-issuer.ts';
import { createAgents } from './ims/proxy.ts';
import { createSecretFile, fixedSecret, type SecretSource } from './ims/secret-source.ts';
import { createTwoSecretsIssuer } from './ims/two-secrets-issuer.ts';
import type { Clock } from './observability/clock.ts';
import type { Log } from './observability/log.ts';
import { createOrganizationMask } from './observability/organization-mask.ts';
import { Secret } from './observability/secret.ts';

export interface CredentialParts {
  readonly log: Log;
  readonly clock: Clock;
  readonly random: () => number;
  readonly agents: OAuthIssuerOptions['agents'];
}

/**
 * The way to a token, from the outside in: a cool-down after failures, the second secret if there is one, and
 * the grant. A new kind of credential is a new issuer, and a line in `grantWith`.
 */
export function createCredential(settings: UpstreamSettings, parts: CredentialParts): CoolDownIssuer {
  const { log, clock, random } = parts;
  const { outageCoolDownMs, longestOutageCoolDownMs, refusedCoolDownMs } = settings.ims;
  const secrets = secretSources(settings.adobe, log);
  const { clientSecret, clientSecretNext } = secrets;
  const hideOrganization = createOrganizationMask(settings.adobe.orgId);
  const grant = createGrants(settings, parts, secrets);
  const grantWith = (secret: SecretSource) => createMaskingIssuer(grant(secret), hideOrganization);

  const first = { variable: 'ADOBE_CLIENT_SECRET', issuer: grantWith(clientSecret) };
  const issuer = clientSecretNext
    ? createTwoSecretsIssuer({
        first,
        next: { variable: 'ADOBE_CLIENT_SECRET_NEXT', issuer: grantWith(clientSecretNext) },
        log,
      })
    : first.issuer;
  const watched = [clientSecret, clientSecretNext, secrets.privateKey].filter(
    (source) => source !== undefined,
  );
  const coolDowns = { outageCoolDownMs, longestOutageCoolDownMs, refusedCoolDownMs };
  return createCoolDownIssuer({ issuer, secrets: watched, ...coolDowns, clock, random });
}

/**
 * @adobe/jwt-auth takes no agent, so with a JWT credential the process's own agents have to use the proxy. Only for
 * entry files: a middleware must not change what its host application uses.
 */
export function setGlobalAgents({ adobe, ims, proxy }: UpstreamSettings): void {
  if (adobe.credential !== 'jwt') return;
  const agents = createAgents(ims.url, proxy);
  http.globalAgent = agents.http;
  https.globalAgent = agents.https;
}

interface Secrets {
  readonly clientSecret: SecretSource;
  readonly clientSecretNext?: SecretSource | undefined;
  /** Without its passphrase. */
  readonly privateKey?: SecretSource;
}

function createGrants(
  { adobe, ims }: UpstreamSettings,
  { log, clock, agents }: CredentialParts,
  { privateKey }: Secrets,
): (clientSecret: SecretSource) => TokenIssuer {
  const { clientId, orgId } = adobe;
  const common = { imsUrl: ims.url, timeoutMs: ims.timeoutMs, clientId, orgId, clock };
  const { scopes, technicalAccountId, metaScopes } = adobe;
  // With a JWT credential the settings have both, see `credentialFaults`.
  if (adobe.credential === 'oauth' || privateKey === undefined || technicalAccountId === undefined) {
    const clockOffset = createClockOffset({ log });
    return (clientSecret) => createOAuthIssuer({ ...common, clientSecret, scopes, agents, clockOffset });
  }
  log.warn(
    { credential: 'jwt' },
    'Adobe ended service account (JWT) credentials on 1 March 2026: use OAuth server-to-server',
  );
  return (clientSecret) =>
    createJwtIssuer({ ...common, privateKey, clientSecret, technicalAccountId, metaScopes });
}

/** Each secret as it is now: those that were given as files are read again when they are needed. */
function secretSources(adobe: UpstreamSettings['adobe'], log: Log): Secrets {
  const { clientSecret, clientSecretNext, privateKey, privateKeyPassphrase, secretFiles: files } = adobe;
  const source = (initial: Secret, path: string | undefined) =>
    path === undefined
      ? fixedSecret(initial)
      : createSecretFile({ path, initial, log, read: () => readSecretFile(path) });

  const common = {
    clientSecret: source(clientSecret, files.clientSecret),
    clientSecretNext: clientSecretNext && source(clientSecretNext, files.clientSecretNext),
  };
  // With OAuth the key is not used, so its file is not checked either.
  if (adobe.credential === 'oauth' || !privateKey) return common;
  const passphrase = privateKeyPassphrase && source(privateKeyPassphrase, files.privateKeyPassphrase);
  const readKey = (text: string) => {
    const phrase = passphrase?.current().reveal();
    return withoutPassphrase(readPrivateKey(text, phrase), phrase);
  };
  const initial = new Secret(readKey(privateKey.reveal()));
  const path = files.privateKey;
  const readFile = (path: string) => readKey(readSecretFile(path, { mayHaveLines: true }));
  return {
    ...common,
    privateKey:
      path === undefined
        ? fixedSecret(initial)
        : createSecretFile({ path, initial, log, read: () => readFile(path) }),
  };
}
