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
  /** Reads the file; throws when what it holds is no secret. */
  readonly read: () => string;
  readonly log: Log;
}

/**
 * A secret in a file, read anew each time that it is asked for: an exchange or two a day cost nothing, and
 * there is no watcher that misses a file replaced by a rename or by the link that Kubernetes moves, none that
 * needs to be closed, and no moment between a change and our notice of it.
 *
 * A file that is away, empty, damaged or in another encoding is one that is being replaced: the last good value is used.
 */
export function createSecretFile(options: SecretFileOptions): SecretSource {
  const { path, initial, read, log } = options;
  let current = initial;
  let toldReason: string | undefined;

  return {
    current() {
      try {
        const value = read();
        if (value !== current.reveal()) current = new Secret(value);
        toldReason = undefined;
      } catch (error) {
        // Said once for each reason, not at each exchange; only the code, because a message could quote the file.
        const reason = errorCode(error) ?? 'unusable';
        if (reason !== toldReason) {
          log.warn({ path, reason }, 'A file with a secret cannot be used; its last good value stays in use');
        }
        toldReason = reason;
      }
      return current;
    },
  };
}
