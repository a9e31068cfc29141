import { fit, padEnd, printable, widthOf } from './width.ts';

const gap = '  ';
const narrowest = 6;

/**
 * Rows under their titles, columns aligned. Where the whole is wider than `columns`, the widest column gives way,
 * again and again, down to six; null: nothing is cut (a file, a pipe).
 */
export function table(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number | null,
): string[] {
  const cells = [titles, ...rows.map((row) => row.map(printable))];
  const widths = titles.map((_, index) => Math.max(...cells.map((row) => widthOf(row[index]!))));
  if (columns !== null) shrink(widths, columns);
  return cells.map((row) =>
    row
      .map((cell, index) => padEnd(fit(cell, widths[index]!), widths[index]!))
      .join(gap)
      .trimEnd(),
  );
}

function shrink(widths: number[], columns: number): void {
  const tooMuch = () => widths.reduce((sum, width) => sum + width, gap.length * (widths.length - 1)) - columns;
  for (let excess = tooMuch(); excess > 0; excess = tooMuch()) {
    const widest = Math.max(...widths);
    if (widest <= narrowest) return;
    widths[widths.indexOf(widest)] = Math.max(narrowest, widest - 1);
  }
}
