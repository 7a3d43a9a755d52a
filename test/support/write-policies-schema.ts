import { writeFileSync } from 'node:fs';
import { policiesJsonSchema } from '../../src/config/policies-schema.ts';

/** Writes the published schema anew after a change of the rules: `node test/support/write-policies-schema.ts`. */
const path = new URL('../../docs/policies.schema.json', import.meta.url);
writeFileSync(path, `${JSON.stringify(policiesJsonSchema(), null, 2)}\n`);
