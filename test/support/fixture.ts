import { readFileSync } from 'node:fs';

/** One of Adobe's documented sample bodies. */
export function readFixture(name: 'cancel-answer' | 'create-answer' | 'create-request' | 'job' | 'list') {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), 'utf8'));
}
