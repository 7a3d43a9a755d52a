import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { names } from './bars.ts';
import type { Machine } from './machine.ts';
import { nginxCommand } from './nginx.ts';
import type { Command } from './processes.ts';
import { audience } from './upstream/access-tokens.ts';

export interface Contestant {
  readonly name: string;
  /** True where every request has to reach upstream, false where none does. */
  readonly forwardsAll?: boolean;
  /** What a request has to bring, asked of upstream. */
  headers?(upstream: string): Promise<Readonly<Record<string, string>>>;
  /** @param folder for files that go with the bench */
  command(port: number, upstream: string, folder: string): Command;
}

const root = fileURLToPath(new URL('../', import.meta.url));

export function nodeCommand(file: string, args: readonly unknown[], env: Command['env'] = {}): Command {
  return {
    file: process.execPath,
    args: [root + file, ...args.map(String)],
    env: { NODE_ENV: 'production', ...env },
  };
}

function peer(name: string, file: string): Contestant {
  return {
    name,
    forwardsAll: true,
    command: (port, upstream) => nodeCommand(`bench/peers/${file}`, [port, upstream]),
  };
}

function serviceEnv(port: number, upstream: string, folder: string): Command['env'] {
  return {
    CLAIMS_FILE: join(folder, `claims-${port}.sqlite`),
    PORT: String(port),
    IMS_URL: upstream,
    PLATFORM_URL: upstream,
    ADOBE_CLIENT_ID: 'bench-client',
    ADOBE_CLIENT_SECRET: 'bench-secret',
    ADOBE_ORG_ID: '1BD6382559DF0C130A49422D@AdobeOrg',
  };
}

/** As in production: with its log, helmet, the token, every check, and reshaping. */
export const service: Contestant = {
  name: names.service,
  command: (port, upstream, folder) => nodeCommand('src/main.ts', [], serviceEnv(port, upstream, folder)),
};

/** The same where callers bring a token that the service verifies, and are limited. */
export const serviceWithCallers: Contestant = {
  name: names.serviceWithCallers,
  async headers(upstream) {
    const answer = await fetch(`${upstream}/control/access-token`);
    return { authorization: `Bearer ${await answer.text()}` };
  },
  command: (port, upstream, folder) =>
    nodeCommand('src/main.ts', [], {
      ...serviceEnv(port, upstream, folder),
      CALLER_AUTH: 'jwt',
      JWT_ISSUER: upstream,
      JWT_AUDIENCE: audience,
      JWT_JWKS_URL: `${upstream}/jwks`,
      // More than the load can ask for, so that the limit is counted and not met.
      READS_PER_MINUTE: '1000000',
    }),
};

/** The same with room for so many streams from one machine. */
export function serviceWithRoom(streams: number): Contestant {
  const file = 'bench/service-with-room.ts';
  return {
    name: names.service,
    command: (port, upstream, folder) => nodeCommand(file, [streams], serviceEnv(port, upstream, folder)),
  };
}

/** Where each create brings a key, and what is promised about it is on disk. */
export const keyedCreates: Contestant = { ...service, name: `${names.service}, a key for each create` };
export const unkeyedCreates: Contestant = { ...service, name: `${names.service}, creates without a key` };

/** Where what is promised about creates ends with the process. */
export const keyedCreatesInMemory: Contestant = {
  name: `${keyedCreates.name}, claims in memory`,
  command: (...where) => nodeCommand('src/main.ts', [], { ...serviceEnv(...where), CLAIMS_FILE: ':memory:' }),
};

export const hello = { ...peer(names.hello, 'hello.ts'), forwardsAll: false };
export const expressGot = peer(names.expressGot, 'express-got.ts');

/** Nothing where there is none. */
export function nginx({ tools }: Machine, folder: string): Contestant[] {
  const { nginx: file } = tools;
  if (file === undefined) return [];
  return [
    {
      name: names.nginx,
      forwardsAll: true,
      command: (port, upstream) => nginxCommand(file, folder, port, upstream),
    },
  ];
}

/** They do not forward, so there is nothing to compare but *known*. */
export const fromMemory: readonly Contestant[] = [
  { ...peer(names.nodeMemory, 'node-memory.ts'), forwardsAll: false },
  { ...peer(names.expressMemory, 'express-memory.ts'), forwardsAll: false },
];

/** They do the same forwarding. */
export const forwarding: readonly Contestant[] = [
  peer(names.nodePiping, 'node-piping.ts'),
  peer(names.replyFrom, 'reply-from.ts'),
  peer(names.proxyMiddleware, 'proxy-middleware.ts'),
  peer(names.expressUndici, 'express-undici.ts'),
  expressGot,
];
