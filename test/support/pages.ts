import { readdirSync, readFileSync } from 'node:fs';

const root = new URL('../../', import.meta.url);

/** The text of a file of this project, by its path from the root. */
export const readPage = (path: string) => readFileSync(new URL(path, root), 'utf8');

/** All files below these folders of the project, by their paths from the root. */
export function filesBelow(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => `${parentPath}/${name}`.slice(root.pathname.length)),
  );
}

/** The rows of the first table below a heading of any rank, each as its cells. */
export function tableBelow(page: string, heading: string): string[][] {
  const lines = withoutBlocks(page).split('\n');
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading);
  if (start < 0) throw new Error(`There is no heading «${heading}»`);
  const section = lines.slice(start + 1);
  const end = section.findIndex((line) => /^#+ /.test(line));
  const below = section.slice(0, end < 0 ? undefined : end);
  const first = below.findIndex((line) => line.startsWith('|'));
  const rows = below.slice(first);
  const after = rows.findIndex((line) => !line.startsWith('|'));
  return rows.slice(2, after < 0 ? undefined : after).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** What stands in backticks. */
export const codesIn = (text: string) => [...text.matchAll(/`([^`\n]+)`/g)].map(([, code]) => code ?? '');

/** The contents of the fenced blocks in one language, in their order. */
export function blocksIn(page: string, language: string): string[] {
  return [...page.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, text]) => text ?? '',
  );
}

/** The page without its fenced blocks, in which a line may begin with `#` or `|`. */
export const withoutBlocks = (page: string) => page.replaceAll(/^```[\s\S]*?^```$/gm, '');
