import { printable } from '../core/printable.js';

type Rows = readonly (readonly string[])[];

/** Lays rows out in columns two spaces apart, the head in capitals; a cell is never cut. */
export function table(head: readonly string[], rows: Rows): string {
  return createTable(head).rows(rows);
}

/** A table that grows: the head stands before the first rows, and columns never become narrower. */
export function createTable(head: readonly string[]): { rows(rows: Rows): string } {
  const widths: number[] = [];
  let before: Rows = [head.map((cell) => cell.toUpperCase())];
  return {
    rows(rows) {
      const text = columns([...before, ...rows], widths);
      before = [];
      return text;
    },
  };
}

/** Rows in columns, without a head. `widths` are at least so wide, and are kept up. What stands in a cell begins no row of its own. */
export function columns(cells: Rows, widths: number[] = []): string {
  const rows = cells.map((row) => row.map(printable));
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  }
  return rows
    .map((row) =>
      row
        .map((cell, index) => cell.padEnd(widths[index] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** "1 config", "2 configs". */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
}

/** JSON for people and scripts alike. */
export function pretty(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
