import { createMovableClock } from '../../emulator/movable-clock.ts';
import type { AccessToken } from '../../src/ims/access-token.ts';
import { createCoolDownIssuer } from '../../src/ims/cool-down-issuer.ts';
import { TokenUnavailable } from '../../src/ims/errors.ts';
import { createTokenCache } from '../../src/ims/token-cache.ts';
import { createTokenSource } from '../../src/ims/token-source.ts';
import { silentLog } from '../../src/observability/log.ts';
import { Secret } from '../../src/observability/secret.ts';

export const lifeMs = 100_000;
export const refusalDelayMs = 10_000;

/** A source whose issuer answers only when the test says so. */
export function sourceUnderTest() {
  const clock = createMovableClock();
  const pending: PromiseWithResolvers<AccessToken>[] = [];
  const issuer = createCoolDownIssuer({
    issuer: {
      identity: 'one credential',
      issue() {
        const exchange = Promise.withResolvers<AccessToken>();
        pending.push(exchange);
        return exchange.promise;
      },
    },
    secrets: [],
    outageCoolDownMs: 1_000,
    longestOutageCoolDownMs: 4_000,
    refusedCoolDownMs: 60_000,
    clock,
    random: () => 0,
  });
  const source = createTokenSource({
    issuer,
    cache: createTokenCache(clock),
    refusalDelayMs,
    clock,
    random: () => 0,
    log: silentLog,
  });
  const token = (name: string, life = lifeMs) => ({
    value: new Secret(name),
    issuedAtMs: clock.now(),
    expiresAtMs: clock.now() + life,
  });
  /** The nth exchange, as soon as it has begun. */
  async function exchange(nth: number): Promise<PromiseWithResolvers<AccessToken>> {
    for (;;) {
      const begun = pending[nth];
      if (begun) return begun;
      await settled();
    }
  }
  /** Lets the nth exchange succeed with a token of this name. */
  async function grant(nth: number, name: string, life?: number) {
    (await exchange(nth)).resolve(token(name, life));
    await settled();
  }
  async function fail(nth: number, fault: Error = new TokenUnavailable('down')) {
    (await exchange(nth)).reject(fault);
    await settled();
  }
  const inUse = async () => (await source.current()).value.reveal();
  return { clock, pending, source, grant, fail, inUse };
}

/** All that was ready to happen has happened. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
