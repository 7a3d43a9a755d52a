import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { openApiDocument } from '../../src/http/openapi/document.ts';
import { problemCatalogue } from '../../src/problems/catalogue.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const readme = read('README.md');

function leaves(tree: object): string[] {
  return Object.values(tree).flatMap((value) => (typeof value === 'string' ? [value] : leaves(value)));
}

/** Each value of a file of `config/` with its dotted path; a list is one value. */
function flatten(tree: object, trail: readonly string[] = []): [path: string, value: unknown][] {
  return Object.entries(tree).flatMap(([name, value]): [string, unknown][] => {
    const path = [...trail, name];
    return Object(value) === value && !Array.isArray(value)
      ? flatten(value, path)
      : [[path.join('.'), value]];
  });
}

/** The rows of the table below a heading of the second or third rank, each as its cells. */
function tableBelow(heading: string): string[][] {
  const [, below = ''] = readme.split(new RegExp(`\n#{2,3} ${heading}\n`));
  const [section = ''] = below.split(/\n#{2,3} /);
  const rows = section.split('\n').filter((line) => line.startsWith('|'));
  return rows.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const codes = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? '');

describe('the README', () => {
  it('documents every setting that is read, and no other', () => {
    const documented = tableBelow('Settings').flatMap(([names = '']) => codes(names));
    const known = leaves(JSON.parse(read('config/custom-environment-variables.json')));
    // Refused until they are supported, so that nobody relies on them.
    const notYet = ['REDIS_URL'];
    expect([...documented].sort()).toEqual(
      [...known.filter((name) => !notYet.includes(name)), 'NODE_ENV'].sort(),
    );
  });

  it('documents the defaults that config/default.json has', () => {
    const defaults = JSON.parse(read('config/default.json'));
    const rows = new Map(tableBelow('Settings').map(([names = '', value = '']) => [names, codes(value)]));
    expect(rows.get('`HOST`')).toEqual([defaults.host]);
    expect(rows.get('`PORT`')).toEqual([String(defaults.port)]);
    expect(rows.get('`ADOBE_SANDBOXES`')).toEqual(defaults.adobe.sandboxes);
    expect(rows.get('`ADOBE_SCOPES`')).toEqual([defaults.adobe.scopes.join(',')]);
    expect(rows.get('`ADOBE_META_SCOPES`')).toEqual(defaults.adobe.metaScopes);
    expect(rows.get('`IMS_URL`')).toEqual([defaults.ims.url]);
    expect(rows.get('`PLATFORM_URL`')).toEqual([defaults.platform.url]);
    expect(rows.get('`LOG_LEVEL`')).toEqual([defaults.log.level]);
  });

  it('documents every value that only files set, with its defaults and a reason, by path', () => {
    const variables = new Set(
      flatten(JSON.parse(read('config/custom-environment-variables.json'))).map(([path]) => path),
    );
    const production = new Map(flatten(JSON.parse(read('config/production.json'))));
    const inFilesOnly = flatten(JSON.parse(read('config/default.json')))
      .filter(([path]) => !variables.has(path))
      .map(([path, value]) => [path, [value, ...(production.has(path) ? [production.get(path)] : [])]])
      .sort(([one], [other]) => (String(one) < String(other) ? -1 : 1));
    const rows = tableBelow('In the files only');
    const documented = rows.map(([path = '', values = '']) => [
      codes(path)[0],
      codes(values).map((value) => JSON.parse(value)),
    ]);
    expect(documented).toEqual(inFilesOnly);
    expect(rows.filter(([, , why = '']) => why === '')).toEqual([]);
  });

  it('lists every problem with its status and its owner', () => {
    const rows = tableBelow('Errors').map(([status, code = '', owner]) => [
      Number(status),
      codes(code)[0],
      owner,
    ]);
    const known = Object.entries(problemCatalogue).map(([code, { status, owner }]) => [status, code, owner]);
    expect(rows).toEqual(known);
  });

  it('lists every endpoint', () => {
    const listed = tableBelow('Endpoints')
      .flatMap(([call = '']) => codes(call))
      .map((call) => call.split('?')[0]);
    const known = Object.entries(openApiDocument.paths ?? {}).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect([...listed].sort()).toEqual([...known].sort());
  });
});
