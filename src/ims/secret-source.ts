import { readFileSync } from 'node:fs';
import { errorCode } from '../observability/error-code.ts';
import type { Log } from '../observability/log.ts';
import { Secret } from '../observability/secret.ts';

/** Where a secret comes from that may be replaced while this process runs. Asked at each exchange. */
export interface SecretSource {
  current(): Secret;
}

/** A secret that stays as it is for as long as the process runs. */
export function fixedSecret(secret: Secret): SecretSource {
  return { current: () => secret };
}

export interface SecretFileOptions {
  readonly path: string;
  /** What the file held when the settings were read. */
  readonly initial: Secret;
  /** Turns the file's text into the secret; throws when it is none. As it is, without space around it, unless given. */
  readonly read?: (text: string) => string;
  readonly log: Log;
}

/**
 * A secret in a file, read anew each time that it is asked for: an exchange or two a day cost nothing, and
 * there is no watcher that misses a file replaced by a rename or by the link that Kubernetes moves, none that
 * needs to be closed, and no moment between a change and our notice of it.
 *
 * A file that is away, empty or damaged is one that is just being replaced: the last good value stands in.
 */
export function createSecretFile(options: SecretFileOptions): SecretSource {
  const { path, initial, read = (text) => text.trim(), log } = options;
  let current = initial;
  let isTrouble = false;

  return {
    current() {
      try {
        const value = read(readFileSync(path, 'utf8'));
        if (value === '') throw Object.assign(new Error('empty'), { code: 'EMPTY' });
        if (value !== current.reveal()) current = new Secret(value);
        isTrouble = false;
      } catch (error) {
        // Said once, not at each exchange; only the code, because a message could quote the file.
        if (!isTrouble) {
          const reason = errorCode(error) ?? 'unusable';
          log.warn({ path, reason }, 'A file with a secret cannot be used; its last good value stays in use');
        }
        isTrouble = true;
      }
      return current;
    },
  };
}
