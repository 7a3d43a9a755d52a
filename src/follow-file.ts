import type { FileFaults } from './config/json-file.ts';
import { type SettingFault, SettingsError } from './config/settings-error.ts';
import type { Clock } from './observability/clock.ts';
import type { Log } from './observability/log.ts';
import { mostTold } from './observability/tell-difference.ts';

/** A change is in effect within this time: a key that was taken out of its list opens nothing any more. */
const rereadMs = 2_000;

export interface FollowFileOptions<Content extends object> {
  /** The setting that names the file. */
  readonly name: string;
  /** What the file says now; nothing where it has not changed since it was read last. */
  readonly readChange: () => Content | FileFaults | undefined;
  /** Puts it into effect, and answers with what the log is to say of the change. */
  readonly use: (content: Content) => object;
  readonly log: Log;
  readonly clock: Clock;
}

/**
 * Reads a file again every few seconds. One that cannot be used changes nothing: the last good one stays, and the log says
 * so, once.
 *
 * @returns what ends it
 */
export function followFile<Content extends object>(options: FollowFileOptions<Content>): () => void {
  const { name, readChange, use, log, clock } = options;
  const later = () => clock.after(rereadMs, reread, { keepsProcessAlive: false });
  let cancel = later();

  function reread(): void {
    cancel = later();
    const found = readChange();
    if (found === undefined) return;
    if (!('faults' in found)) {
      log.info({ ...use(found) }, `${name} has changed and is in use`);
      return;
    }
    log.warn(tellFaults(found.faults), `${name} cannot be used; the last good one stays`);
  }

  return () => cancel();
}

/** What a line of the log says of a file's faults: the first of them, and how many there are. */
export function tellFaults(faults: readonly SettingFault[]): {
  faults: readonly string[];
  faultCount: number;
} {
  const told = faults.slice(0, mostTold).map(({ path, detail }) => `${path} ${detail}`.trim());
  return { faults: told, faultCount: faults.length };
}

/** For a file that has become unusable since the settings were checked. */
export function toSettingsError(name: string, faults: readonly SettingFault[]): SettingsError {
  return new SettingsError(
    faults.map(({ path, detail }) => ({ path: path === '' ? name : `${name}: ${path}`, detail })),
  );
}
