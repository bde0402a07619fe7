/** Lays rows out in columns two spaces apart, the head in capitals; a cell is never cut. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return columns([head.map((cell) => cell.toUpperCase()), ...rows]);
}

/** Rows in columns, without a head. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
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
