/** Figures of a run as a table, and the same over several runs. */

import { markdownTable } from "../cli/markdown-table.ts";
import { printFigure, printSpread, type Spread, spreadOf } from "./spread.ts";

/** A column of figures. */
export type Column = {
  readonly name: string;
  /** As printed behind the name; empty for counts and names. */
  readonly unit: string;
  /** Digits behind the point. */
  readonly digits: number;
};

/** A cell of one run: a figure, words that do not vary (`exact`), or null where there is nothing to measure. */
export type Cell = number | string | null;

/** A row: what was measured, and what came of it. */
export type Row = { readonly labels: readonly (string | number)[]; readonly cells: readonly Cell[] };

/** One run. Every row has a label for each of `labels` and a cell for each of `columns`. */
export type Table = {
  readonly title: string;
  /** Heads of the columns that say what was measured. */
  readonly labels: readonly string[];
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
};

/** All runs. */
export type SpreadTable = Omit<Table, "rows"> & {
  readonly rows: readonly {
    readonly labels: readonly (string | number)[];
    readonly cells: readonly (Spread | string | null)[];
  }[];
};

/** A column of milliseconds, or of another unit. */
export function column(name: string, unit = "", digits = 0): Column {
  return { name, unit, digits };
}

/** Puts the tables of all runs together. Throws when a run has other tables, rows or columns than the first. */
export function spreadTables(runs: readonly (readonly Table[])[]): readonly SpreadTable[] {
  const [first = []] = runs;
  for (const tables of runs)
    if (shapeOf(tables) !== shapeOf(first)) throw new Error("the runs of an instrument do not have the same rows");
  return first.map((table, t) => ({
    ...table,
    rows: table.rows.map(({ labels }, r) => ({
      labels,
      cells: table.columns.map((_, c) => spreadCell(runs.map((tables) => tables[t]?.rows[r]?.cells[c] ?? null))),
    })),
  }));
}

function shapeOf(tables: readonly Table[]): string {
  return JSON.stringify(
    tables.map(({ title, labels, columns, rows }) => {
      for (const row of rows)
        if (row.labels.length !== labels.length || row.cells.length !== columns.length)
          throw new Error(`a row of "${title}" has not as many cells as there are columns`);
      return [title, columns, rows.map((row) => row.labels)];
    }),
  );
}

/** Figures of the runs that have one; words of the last run. */
function spreadCell(cells: readonly Cell[]): Spread | string | null {
  const figures = cells.filter((cell) => typeof cell === "number");
  if (figures.length > 0) return spreadOf(figures);
  return cells.findLast((cell) => typeof cell === "string") ?? null;
}

/** The table in Markdown, with its title above: median, and min–max in brackets. */
export function printTable({ title, labels, columns, rows }: SpreadTable): string {
  const heads = columns.map(({ name, unit }) => (unit === "" ? name : `${name} (${unit})`));
  const lines = rows.map((row) => [
    ...row.labels.map((label) => (typeof label === "number" ? printFigure(label, 0) : label)),
    ...row.cells.map((cell, index) => printCell(cell, columns[index]?.digits ?? 0)),
  ]);
  return `${title}\n\n${markdownTable([...labels, ...heads], lines)}`;
}

function printCell(cell: Spread | string | null, digits: number): string {
  if (cell === null) return "–";
  return typeof cell === "string" ? cell : printSpread(cell, digits);
}
