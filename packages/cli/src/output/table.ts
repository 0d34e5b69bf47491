import { stripVTControlCharacters } from "node:util";

/** Rows as text, each column as wide as its widest cell, without spaces at their ends. Colours count as nothing. */
export function tableText(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, column) => (widths[column] = Math.max(widths[column] ?? 0, widthOf(cell))));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => padded(cell, column, row, widths))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

function padded(cell: string, column: number, row: readonly string[], widths: readonly number[]): string {
  return column === row.length - 1 ? cell : cell + " ".repeat((widths[column] ?? 0) - widthOf(cell));
}

function widthOf(cell: string): number {
  return stripVTControlCharacters(cell).length;
}
