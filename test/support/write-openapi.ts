import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { openApiDocument } from '../../src/http/openapi/document.ts';

/** Writes the OpenAPI document to the file named, for the linter. */
const [, , path] = process.argv;
if (path === undefined) throw new Error('Name the file to write');
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, JSON.stringify(openApiDocument, null, 2));
