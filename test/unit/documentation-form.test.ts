import { posix } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { codesIn, filesBelow, readPage, tableBelow, withoutBlocks } from '../support/pages.ts';

const files = [
  ...['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md'],
  ...filesBelow('src', 'test', 'config', 'docs', 'emulator', 'bench'),
];
const pages = files.filter((path) => path.endsWith('.md'));
const docs = pages.filter((path) => path.startsWith('docs/'));
const decisions = docs.filter((path) => path.startsWith('docs/decisions/'));
const isFile = new Set(files);
const isFolder = new Set(files.flatMap(foldersOf));

/** `a/b/c.ts` is in `a/b` and `a`. */
function foldersOf(path: string): string[] {
  const folder = posix.dirname(path);
  return folder === '.' ? [] : [folder, ...foldersOf(folder)];
}

/** Of each page what the search finds in it, as `page: what`. */
function findIn(paths: readonly string[], search: (page: string, path: string) => string[]): string[] {
  return paths.flatMap((path) => search(readPage(path), path).map((what) => `${path}: ${what}`));
}

const widerThan = (columns: number) => (page: string) =>
  page.split('\n').filter((line) => [...line].length > columns);

describe('the form of the documentation', () => {
  it('is a README that is read in one sitting: under 160 lines, none over 140 columns', () => {
    expect(readPage('README.md').split('\n').length).toBeLessThan(160);
    expect(findIn(['README.md'], widerThan(140))).toEqual([]);
  });

  it('is pages and a changelog without a line over 160 columns', () => {
    expect(findIn([...docs, 'CHANGELOG.md'], widerThan(160))).toEqual([]);
  });

  it('is tables without padding, so that a change of one cell changes one line', () => {
    const padded = (page: string) =>
      withoutBlocks(page)
        .split('\n')
        .filter((line) => line.startsWith('|') && / {2}/.test(line));
    expect(findIn(['README.md', 'CHANGELOG.md', ...docs], padded)).toEqual([]);
  });

  it('is decisions with a number of their own, each with context, decision and consequences', () => {
    const numbers = decisions.map((path) => Number(posix.basename(path).slice(0, 4)));
    expect(numbers.toSorted((one, other) => one - other)).toEqual(numbers.map((_, index) => index + 1));
    const missing = (page: string, path: string) =>
      [
        `# ${Number(posix.basename(path).slice(0, 4))}. `,
        '**Context.**',
        '**Decision.**',
        '**Consequences.**',
      ].filter((part) => !page.includes(part));
    expect(findIn(decisions, missing)).toEqual([]);
  });
});

/** As GitHub makes the anchor of a heading. */
const toAnchor = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');

const anchorsOf = (path: string) =>
  [...withoutBlocks(readPage(path)).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => toAnchor(heading));

const linksIn = (page: string) =>
  [...withoutBlocks(page).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^https?:/.test(target));

describe('the links of the documentation', () => {
  it('lead to a file and a heading that are there', () => {
    const broken = (page: string, path: string) =>
      linksIn(page).filter((target) => {
        const [file = '', anchor] = target.split('#');
        const to = file === '' ? path : posix.join(posix.dirname(path), file);
        if (!isFile.has(to) && !isFolder.has(to)) return true;
        return anchor !== undefined && !anchorsOf(to).includes(anchor);
      });
    expect(pages.flatMap((path) => linksIn(readPage(path))).length).toBeGreaterThan(20);
    expect(findIn(pages, broken)).toEqual([]);
  });

  it('lead from the README to every page', () => {
    const linked = linksIn(readPage('README.md'));
    const isLinked = (path: string) => linked.includes(path) || linked.includes(posix.dirname(path));
    expect(pages.filter((path) => path !== 'README.md' && !isLinked(path))).toEqual([]);
  });
});

/** Whether there is such a file or folder; its path may be given from any folder on, as in `http/router.ts`. */
function isInTree(name: string): boolean {
  const isEndOf = (path: string) => path === name || path.endsWith(`/${name}`);
  return files.some(isEndOf) || [...isFolder].some(isEndOf);
}

/** What the pages name in other places than this project: the user's own settings. */
const notOurs = new Set(['config/local.json']);

describe('the names in the documentation', () => {
  it('of files and folders are those of the tree', () => {
    const unknown = (page: string) => {
      // Also those in a drawing.
      const sources = [...page.matchAll(/[\w-]+(?:[./][\w-]+)*\.ts\b/g)].map(([name]) => name);
      const paths = codesIn(withoutBlocks(page))
        .filter((code) =>
          /^(?:src|test|config|docs|emulator|bench)\/[\w./-]+$|^[\w-]+(?:\/[\w-]+)*\/$/.test(code),
        )
        .map((path) => path.replace(/\/$/, ''));
      return [...sources, ...paths].filter((name) => !notOurs.has(name) && !isInTree(name));
    };
    expect(isInTree('docs/architecture.md')).toBe(true);
    expect(findIn(pages, unknown)).toEqual([]);
  });

  it('of tests that prove a promise are those of scenarios', () => {
    const named = codesIn(readPage('docs/promises.md')).filter((code) => code.endsWith('.test.ts'));
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !isFile.has(`test/scenarios/${name}`))).toEqual([]);
  });

  it('of tests that show a defence are those of the tree, and each defence has one or a page that has', () => {
    const rows = tableBelow(readPage('docs/threat-model.md'), 'What is defended');
    const named = rows.flatMap(([, , , shownBy = '']) => codesIn(shownBy));
    expect(named.length).toBeGreaterThan(20);
    const pathOf = (name: string) => (name.includes('/') ? name : `test/scenarios/${name}`);
    expect(named.filter((name) => !name.endsWith('.test.ts') || !isFile.has(pathOf(name)))).toEqual([]);
    expect(rows.filter(([, , , shownBy = '']) => shownBy === '')).toEqual([]);
  });

  it('of tests that show what happens to a create are those of the tree, and each fault has one', () => {
    const page = readPage('docs/what-happens-if.md');
    const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading);
    const rows = headings.flatMap((heading) => tableBelow(page, heading));
    const shownBy = rows.map((row) => codesIn(row.at(-1) ?? ''));
    expect(rows.length).toBeGreaterThan(25);
    expect(shownBy.filter((tests) => tests.length === 0)).toEqual([]);
    const pathOf = (name: string) => (name.includes('/') ? name : `test/scenarios/${name}`);
    expect(shownBy.flat().filter((name) => !isFile.has(pathOf(name)))).toEqual([]);
  });

  it('of settings are those of config/', () => {
    const trees: Record<string, unknown>[] = ['default', 'custom-environment-variables'].map((name) =>
      JSON.parse(readPage(`config/${name}.json`)),
    );
    const groups = new Set(trees.flatMap((tree) => Object.keys(tree)));
    const isSetting = (name: string) =>
      trees.some((tree) => name.split('.').reduce<unknown>((at, key) => Object(at)[key], tree) !== undefined);
    const unknown = (page: string) =>
      codesIn(withoutBlocks(page))
        .filter((code) => /^[a-z]+(?:\.[a-zA-Z]+)+$/.test(code))
        .filter((code) => groups.has(code.split('.')[0] ?? '') || /(?:Ms|Bytes)$/.test(code))
        .filter((code) => !isSetting(code));
    expect(findIn([...docs, 'README.md', 'CONTRIBUTING.md'], unknown)).toEqual([]);
  });
});
