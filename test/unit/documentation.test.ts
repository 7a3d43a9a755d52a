import { describe, expect, it } from '@jest/globals';
import { openApiDocument } from '../../src/http/openapi/document.ts';
import { problemCatalogue } from '../../src/problems/catalogue.ts';
import { codesIn, readPage, tableBelow } from '../support/pages.ts';

const settings = readPage('docs/settings.md');

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

describe('the tables of the documentation', () => {
  it('name every setting that is read, and no other', () => {
    const documented = tableBelow(settings, 'Variables').flatMap(([names = '']) => codesIn(names));
    const known = leaves(JSON.parse(readPage('config/custom-environment-variables.json')));
    // Refused until they are supported, so that nobody relies on them.
    const notYet = ['REDIS_URL'];
    expect([...documented].sort()).toEqual(
      [...known.filter((name) => !notYet.includes(name)), 'NODE_ENV'].sort(),
    );
  });

  it('name the defaults that config/default.json has', () => {
    const defaults = JSON.parse(readPage('config/default.json'));
    const rows = new Map(
      tableBelow(settings, 'Variables').map(([names = '', value = '']) => [names, codesIn(value)]),
    );
    expect(rows.get('`HOST`')).toEqual([defaults.host]);
    expect(rows.get('`PORT`')).toEqual([String(defaults.port)]);
    expect(rows.get('`ADOBE_SANDBOXES`')).toEqual(defaults.adobe.sandboxes);
    expect(rows.get('`ADOBE_SCOPES`')).toEqual([defaults.adobe.scopes.join(',')]);
    expect(rows.get('`ADOBE_META_SCOPES`')).toEqual(defaults.adobe.metaScopes);
    expect(rows.get('`IMS_URL`')).toEqual([defaults.ims.url]);
    expect(rows.get('`PLATFORM_URL`')).toEqual([defaults.platform.url]);
    expect(rows.get('`LOG_LEVEL`')).toEqual([defaults.log.level]);
  });

  it('name every value that only files set, with its defaults and a reason, by path', () => {
    const variables = new Set(
      flatten(JSON.parse(readPage('config/custom-environment-variables.json'))).map(([path]) => path),
    );
    const production = new Map(flatten(JSON.parse(readPage('config/production.json'))));
    const inFilesOnly = flatten(JSON.parse(readPage('config/default.json')))
      .filter(([path]) => !variables.has(path))
      .map(([path, value]) => [path, [value, ...(production.has(path) ? [production.get(path)] : [])]])
      .sort(([one], [other]) => (String(one) < String(other) ? -1 : 1));
    const rows = tableBelow(settings, 'In the files only');
    const documented = rows.map(([path = '', values = '']) => [
      codesIn(path)[0],
      codesIn(values).map((value) => JSON.parse(value)),
    ]);
    expect(documented).toEqual(inFilesOnly);
    expect(rows.filter(([, , why = '']) => why === '')).toEqual([]);
  });

  it('name every problem with its status and its owner', () => {
    const rows = tableBelow(readPage('docs/errors.md'), 'All problems').map(([status, code = '', owner]) => [
      Number(status),
      codesIn(code)[0],
      owner,
    ]);
    const known = Object.entries(problemCatalogue).map(([code, { status, owner }]) => [status, code, owner]);
    const byCode = (some: unknown[][]) =>
      some.toSorted(([, one], [, other]) => (String(one) < String(other) ? -1 : 1));
    expect(byCode(rows)).toEqual(byCode(known));
    expect(rows.map(([status]) => status)).toEqual(rows.map(([status]) => status).toSorted());
  });

  it('name every endpoint', () => {
    const listed = tableBelow(readPage('README.md'), 'Endpoints')
      .flatMap(([call = '']) => codesIn(call))
      .map((call) => call.split('?')[0]);
    const known = Object.entries(openApiDocument.paths ?? {}).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect([...listed].sort()).toEqual([...known].sort());
  });
});
