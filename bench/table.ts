import type { Figure, Row } from './row.ts';

const headings = ['workload', 'contestant', 'median', 'service ÷ it', 'bar', ''];

/** The rows as one Markdown table, its columns aligned for the terminal. */
export function toTable(rows: readonly Row[]): string {
  const cells = rows.map((row, index) => [
    // Told once for each group.
    rows[index - 1]?.workload === row.workload ? '' : row.workload,
    row.contestant,
    row.figures.map(toText).join(' · '),
    row.ratio === undefined ? '' : row.ratio.toFixed(2),
    row.judged?.bar ?? '',
    row.failure === undefined ? (row.judged?.verdict ?? '') : `failed: ${toCell(row.failure)}`,
  ]);
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...cells.map((line) => line[column]?.length ?? 0)),
  );
  const toLine = (line: readonly string[]) =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [toLine(headings), rule, ...cells.map(toLine)].join('\n');
}

/** Three digits that count, or all before the point: `12 340 req/s`, `0.52 ms`. */
function toText({ value, unit }: Figure): string {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return `${inGroups(value.toFixed(digits))} ${unit}`;
}

/** `1 000 000`. */
export function inGroups(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** What a process said of its end may hold what ends a cell or a line. */
function toCell(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('|', '/').slice(0, 300);
}
