import { hash } from 'node:crypto';
import { type Permission, permissions } from '../../src/callers/caller.ts';
import { type Authority, createAuthority, type Identity } from './authority.ts';
import { createFolder } from './folder.ts';
import { type ServiceUnderTest, startServiceUnderTest } from './service-under-test.ts';
import { askOverTls, type TlsAnswer, type TlsOptions } from './tls-caller.ts';
import { makeKey, makeToken, startTokenIssuer } from './token-issuer.ts';

/** How often in a minute who has no limit of its own may ask. */
export const usualLimit = 12;

/** Each way to say who one is. */
export const ways = ['api-key', 'x-caller-key', 'jwt', 'mtls'] as const;
export type Way = (typeof ways)[number];

/** Who asks: a caller of each way in each of these states. */
export interface Who {
  readonly state: 'right' | 'wrong' | 'expired';
  readonly permissions?: readonly Permission[];
  readonly sandbox?: string;
  /** Whether it may ask once a minute only, for reads and for writes. */
  readonly isLimited?: boolean;
}

/** A service of its own TLS that takes each way, with a caller of each way for each `Who`. */
export interface AccessScene extends AsyncDisposable {
  readonly service: ServiceUnderTest;
  /** The private key of the service's own TLS, in PEM. */
  readonly serverKey: string;
  ask(method: string, path: string, brings: Brings): Promise<TlsAnswer>;
  /** What such a caller brings by that way. */
  as(way: Way, who: Who): Brings;
}

export type Brings = Pick<TlsOptions, 'cert' | 'key' | 'headers'>;

const newJob = JSON.stringify({ datasetId: 'd', segments: ['s'] });
const nameOf = ({ state, permissions: may = permissions, sandbox = 'prod', isLimited = false }: Who) =>
  [state, ...may.map((one) => one.replace('jobs:', '')), sandbox, isLimited ? 'limited' : 'free'].join('-');

export async function openAccessScene(everybody: readonly Who[]): Promise<AccessScene> {
  const folder = createFolder();
  const authority = await createAuthority();
  const [server, signing, foreign] = [
    await authority.issue(),
    await makeKey('first'),
    await makeKey('first'),
  ];
  const issuer = await startTokenIssuer(signing);
  const identities = await issueAll(authority, everybody);

  const callers = everybody
    .filter(({ state }) => state !== 'wrong')
    .map((who) => ({
      name: nameOf(who),
      keys: [`sha256:${hash('sha256', keyOf(who))}`],
      certificates: [`sha256:${identities.get(nameOf(who))?.sha256}`],
      permissions: who.permissions ?? permissions,
      sandboxes: [who.sandbox ?? 'prod'],
      ...(who.state === 'expired' && { expires: '2020-01-01' }),
      ...(who.isLimited && { limits: { readsPerMinute: 1, writesPerMinute: 1 } }),
    }));
  const service = await startServiceUnderTest({
    env: issuer.env({
      CALLER_AUTH: 'jwt,api-key,mtls',
      CALLERS_FILE: folder.write('callers.json', JSON.stringify({ callers })),
      TLS_CERT_FILE: folder.write('server.pem', server.cert),
      TLS_KEY_FILE: folder.write('server.key', server.key),
      TLS_CLIENT_CA_FILE: folder.write('clients.pem', authority.cert),
      // Of tokens, which have no limits of their own.
      READS_PER_MINUTE: String(usualLimit),
      WRITES_PER_MINUTE: String(usualLimit),
    }),
    // All come from one address.
    limits: { failuresPerMinute: 100_000 },
  });

  function toToken(who: Who): string {
    const scope = (who.permissions ?? permissions).join(' ');
    const claims = { scope, sandboxes: [who.sandbox ?? 'prod'], sub: nameOf(who) };
    const lifeMs = who.state === 'expired' ? -3_600_000 : 3_600_000;
    const key = who.state === 'wrong' ? foreign : signing;
    return makeToken(issuer, key, service.emulator.clock.wallNow(), { claims, lifeMs });
  }

  return {
    service,
    serverKey: server.key,
    ask(method, path, { headers = {}, ...identity }) {
      const hasBody = method === 'POST' && path.split('?')[0] === '/jobs';
      const type = hasBody ? { 'content-type': 'application/json' } : {};
      return askOverTls(service.url, path, {
        ca: authority.cert,
        method,
        headers: { ...type, ...headers },
        ...(hasBody && { body: newJob }),
        ...identity,
      });
    },
    as(way, who) {
      const identity = identities.get(nameOf(who));
      if (way === 'mtls') return { cert: identity?.cert, key: identity?.key };
      if (way === 'x-caller-key') return { headers: { 'x-caller-key': keyOf(who) } };
      return { headers: { authorization: `Bearer ${way === 'jwt' ? toToken(who) : keyOf(who)}` } };
    },
    async [Symbol.asyncDispose]() {
      await service.stop();
      await issuer[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}

const keyOf = (who: Who) => `key-of-${nameOf(who)}`;

async function issueAll(authority: Authority, everybody: readonly Who[]): Promise<Map<string, Identity>> {
  const issued = await Promise.all(
    everybody.map(async (who) => [nameOf(who), await authority.issue({ name: nameOf(who) })] as const),
  );
  return new Map(issued);
}
