import { loadSettings } from '../../src/config/load-settings.ts';
import type { Settings } from '../../src/config/settings.ts';
import { run } from '../../src/run.ts';

/**
 * What `src/main.ts` does, with times for stopping that only files can set otherwise: the first argument is
 * `stop` as in `config/default.json`, in JSON.
 */
const [, , given = '{}'] = process.argv;
const stop: Settings['stop'] = JSON.parse(given);
const settings = loadSettings({ env: process.env });
// How busy the machine is with other tests must not decide anything.
const overload = { ...settings.overload, lagMs: 600_000 };
await run({ ...settings, overload, stop });
