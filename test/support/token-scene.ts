import type { ServerResponse } from 'node:http';
import { type ServiceUnderTest, startServiceUnderTest } from './service-under-test.ts';
import {
  answerJson,
  listWith,
  makeKey,
  makeToken,
  type SigningKey,
  startTokenIssuer,
  type TokenIssuer,
} from './token-issuer.ts';

export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;

/** An issuer with two keys, of which its key set has the first one, and a service that believes it. */
export interface TokenScene extends AsyncDisposable {
  readonly issuer: TokenIssuer;
  readonly service: ServiceUnderTest;
  readonly first: SigningKey;
  readonly second: SigningKey;
  start(env?: Readonly<Record<string, string>>): Promise<void>;
  nowMs(): number;
  advance(ms: number): void;
  /** A token of the first key, and for a hundred hours, unless given. */
  make(key?: SigningKey, lifeMs?: number): string;
  statusWith(token: string): Promise<number>;
  together(tokens: readonly string[]): Promise<number[]>;
  /** A connection that ends without a word. */
  goDown(): void;
  /** Lets each look at the key set wait until it is released. */
  hold(): { readonly count: () => number; release(): void };
  /** The log lines that say so. */
  loaded(): Record<string, unknown>[];
  failed(): Record<string, unknown>[];
}

export async function openTokenScene(): Promise<TokenScene> {
  const [first, second] = await Promise.all([makeKey('first'), makeKey('second')]);
  const issuer = await startTokenIssuer(first);
  let started: ServiceUnderTest | undefined;
  const lines = (message: string) => scene.service.logLines().filter(({ msg }) => msg === message);

  const scene: TokenScene = {
    issuer,
    first,
    second,
    get service() {
      if (started === undefined) throw new Error('The service is not started yet');
      return started;
    },
    async start(env = {}) {
      await started?.stop();
      started = await startServiceUnderTest({
        env: issuer.env(env),
        // A hundred refusals at once are no exception here.
        limits: { failuresPerMinute: 100_000 },
      });
    },
    nowMs: () => scene.service.emulator.clock.wallNow(),
    advance: (ms) => scene.service.emulator.clock.advance(ms),
    make: (key = first, lifeMs = 100 * hourMs) => makeToken(issuer, key, scene.nowMs(), { lifeMs }),
    statusWith: async (token) => (await listWith(scene.service, token)).status,
    together: (tokens) => Promise.all(tokens.map(scene.statusWith)),
    goDown() {
      issuer.answer = (response) => response.destroy();
    },
    hold() {
      const held: ServerResponse[] = [];
      issuer.answer = (response) => held.push(response);
      return {
        count: () => held.length,
        release() {
          issuer.answer = undefined;
          for (const response of held.splice(0)) answerJson(response, { keys: issuer.keys });
        },
      };
    },
    loaded: () => lines('keys to verify tokens with loaded'),
    failed: () => lines('keys to verify tokens with cannot be loaded'),
    async [Symbol.asyncDispose]() {
      await started?.stop();
      await issuer[Symbol.asyncDispose]();
    },
  };
  return scene;
}

export const hundred = <Item>(make: (at: number) => Item) => Array.from({ length: 100 }, (_, at) => make(at));
