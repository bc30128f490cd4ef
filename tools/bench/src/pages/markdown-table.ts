import { type Table } from '../suite.ts';

/** Formats a Markdown table. Its columns are padded, so that it is also readable as plain text. */
export function markdownTable({ columns, rows }: Pick<Table, 'columns' | 'rows'>): string {
  const layouts = columns.map((column, at) => {
    const cells = rows.map((row) => row[at] ?? '');
    return {
      width: Math.max(3, ...[column, ...cells].map((cell) => cell.length)),
      right: cells.every((cell) => /^[\d–-]/.test(cell)),
    };
  });
  const line = (cells: readonly string[]): string => {
    const padded = layouts.map(({ width, right }, at) => {
      const cell = cells[at] ?? '';
      return right ? cell.padStart(width) : cell.padEnd(width);
    });
    return `| ${padded.join(' | ')} |`;
  };
  const rule = layouts.map(({ width, right }) => (right ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  return [line(columns), line(rule), ...rows.map(line)].join('\n');
}
