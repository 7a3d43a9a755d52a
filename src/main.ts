import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';

// Before anything else is loaded: what follows is compiled, and stripped of its types, once for all starts. Beside
// the code, because who can write there could change the code as well; where nobody can, nothing is kept.
enableCompileCache(join(import.meta.dirname, '../node_modules/.cache/aep-jobs-bff'));

const { start } = await import('./start.ts');
await start(process.env);
// Not at the end, as Node would: a process that is killed would leave nothing for the next one.
flushCompileCache();
