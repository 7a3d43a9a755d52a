import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';

// Before anything else is loaded, so that all other files are compiled, and stripped of their types, once for all starts.
// It is beside the code, because whoever can write there could change the code as well; if nobody can, nothing is kept.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/aep-jobs-bff'));

// A diagnostic report would hold the environment, and with it the secrets that were given by variables.
process.report.excludeEnv = true;

const { runFromEnvironment } = await import('./run.ts');
await runFromEnvironment(process.env);
// Not when the process ends, as Node would: a process that is killed would leave nothing for the next one.
flushCompileCache();
