import type { Clock } from '../../observability/clock.ts';
import type { Log } from '../../observability/log.ts';
import { AuthenticationUnavailable } from '../errors.ts';
import type { GetKeySet } from './find-key-set.ts';
import { type Keys, readKeys } from './read-keys.ts';

/** A key that is removed, because it was stolen, stops working after this time where tokens come in. */
const refreshMs = 10 * 60_000;
/** After so long nobody can have come in between, so whoever comes first waits for a new look. */
const oldMs = 2 * refreshMs;
/** An issuer that is down for a night and a morning must not stop us; longer, and a stolen key would work too long. */
const keptMs = 24 * 60 * 60_000;
/** Between two looks that unknown keys cause, and after a failure while there are keys: anybody can make up a `kid`. */
const coolDownMs = 30_000;
/** After a failure without any keys, while nobody gets in. */
const emptyCoolDownMs = 5_000;
/** An identity provider answers within a second, and who waits for it waits for Platform afterwards. */
const timeoutMs = 5_000;

export interface KeySet {
  /**
   * The keys to verify with: at once, unless there are none yet or they are old. While the issuer is down they stay for a day.
   *
   * @throws AuthenticationUnavailable
   */
  usable(): Keys | Promise<Keys>;
  /** For a token whose key is not among `keys`: the keys that have come since, or after one more look. */
  newerThan(keys: Keys): Promise<Keys | undefined>;
  /** What to say where only the issuer could tell, and it cannot be asked; nothing while it can. */
  unavailable(): AuthenticationUnavailable | undefined;
  /** Begins to look, so that the first caller does not wait for it. */
  warm(): void;
  /** Ends a look that is under way. */
  close(): void;
}

interface KeySetOptions {
  readonly getKeySet: GetKeySet;
  readonly algorithms: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
}

/** The issuer's keys, looked at once at a time however many callers wait, and kept while the issuer is down. */
export function createKeySet({ getKeySet, algorithms, clock, log }: KeySetOptions): KeySet {
  let kept: Keys | undefined;
  let keptSinceMs = 0;
  let triedAtMs = Number.NEGATIVE_INFINITY;
  let missedAtMs = Number.NEGATIVE_INFINITY;
  let failure: string | undefined;
  let look: Promise<void> | undefined;
  let cutOff = () => {};
  let isClosed = false;

  /** One at a time; never rejects. */
  function lookAgain(): Promise<void> {
    if (isClosed) return Promise.resolve();
    if (look !== undefined) return look;
    triedAtMs = clock.now();
    look = load().finally(() => {
      look = undefined;
    });
    return look;
  }

  async function load(): Promise<void> {
    const beganAtMs = clock.now();
    const controller = new AbortController();
    cutOff = () => controller.abort();
    const cancelDeadline = clock.after(timeoutMs, cutOff, { keepsProcessAlive: false });
    try {
      accept(await readKeys(await getKeySet(controller.signal), algorithms), beganAtMs);
    } catch (error) {
      if (!isClosed) remember(error instanceof Error ? error.message : String(error));
    } finally {
      cancelDeadline();
    }
  }

  function accept(keys: Keys, beganAtMs: number): void {
    const isNews = keys.fingerprint !== kept?.fingerprint;
    if (isNews || failure !== undefined) log.info({ kids: keys.ids }, 'keys to verify tokens with loaded');
    // What has been verified with the same keys stays verified.
    if (isNews) kept = keys;
    keptSinceMs = beganAtMs;
    failure = undefined;
  }

  function remember(why: string): void {
    // Once for an outage, not once for each look.
    if (failure === undefined) log.warn({ error: why }, 'keys to verify tokens with cannot be loaded');
    failure = why;
  }

  const ageMs = () => clock.now() - keptSinceMs;
  const isCooling = (sinceMs: number, forMs: number) => clock.now() - sinceMs < forMs;

  function unavailable(): AuthenticationUnavailable {
    const forMs = kept === undefined ? emptyCoolDownMs : coolDownMs;
    const retryAfterMs = Math.max(1_000, triedAtMs + forMs - clock.now());
    const detail = 'The keys that tokens are verified with cannot be loaded now.';
    return new AuthenticationUnavailable(detail, { internal: failure ?? detail, retryAfterMs });
  }

  function keptOrThrow(): Keys {
    if (kept === undefined) throw unavailable();
    return kept;
  }

  return {
    usable() {
      if (kept !== undefined && ageMs() >= keptMs) kept = undefined;
      if (kept === undefined) {
        const mustWait = look === undefined && failure !== undefined && isCooling(triedAtMs, emptyCoolDownMs);
        if (mustWait) throw unavailable();
        return lookAgain().then(keptOrThrow);
      }
      if (ageMs() < refreshMs) return kept;
      if (look === undefined && !isCooling(triedAtMs, coolDownMs)) void lookAgain();
      // In an outage nobody waits for what is not going to come.
      if (look !== undefined && failure === undefined && ageMs() >= oldMs) return look.then(keptOrThrow);
      return kept;
    },
    async newerThan(keys) {
      if (kept === keys && look === undefined) {
        if (isCooling(missedAtMs, coolDownMs)) return undefined;
        missedAtMs = clock.now();
      }
      if (kept === keys) await lookAgain();
      return kept === keys ? undefined : kept;
    },
    unavailable: () => (failure === undefined ? undefined : unavailable()),
    warm() {
      void lookAgain();
    },
    close() {
      isClosed = true;
      cutOff();
    },
  };
}
