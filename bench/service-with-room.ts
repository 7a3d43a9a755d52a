import { loadSettings } from '../src/config/load-settings.ts';
import { run } from '../src/run.ts';

/**
 * What `src/main.ts` does, with room for as many event streams as the first argument says: all of them come
 * from one machine here, and so may count as one caller's.
 */
const most = Number(process.argv[2]);
const settings = loadSettings({ env: process.env });
const raised = 'streams' in settings && {
  streams: { ...Object(settings.streams), most, mostForEachCaller: most },
};
await run({ ...settings, ...raised });
