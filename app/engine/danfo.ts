/**
 * Data frames for statistics and scripts (danfojs-node), loaded when first needed: loading takes half a second and 120 MB,
 * so it happens in the engine's process only.
 *
 * Of danfo only this is used, and only in this way: frames from lists of rows with the columns named, and figures of one
 * numeric column without NULL. Other uses give wrong results: see docs/decisions/danfo.md.
 */
import type { Cell } from '../model/table.ts';

/** A column of numbers. */
export interface NumberSeries {
  mean(): number;
  /** Takes quadratic time where many values are equal: not for the size of a report. */
  median(): number;
  min(): number;
  max(): number;
  /** Of the sample (n − 1). */
  std(): number;
  /** Count, mean, std, min, median, max, variance; as slow as the median. */
  describe(): { readonly values: readonly number[] };
}

/** A frame, as far as this program and its scripts rely on it; the object has all of danfo's methods. */
export interface Frame {
  readonly columns: readonly string[];
  readonly shape: readonly [rows: number, columns: number];
  readonly values: readonly (readonly Cell[])[] | readonly (readonly number[])[];
  groupby(columns: readonly string[]): { col(columns: readonly string[]): { sum(): Frame } };
  toString(): string;
}

/** What danfojs-node offers that is used here. */
export interface Danfo {
  readonly Series: new (values: readonly number[]) => NumberSeries;
  readonly DataFrame: new (
    rows: readonly (readonly (Cell | number)[])[],
    options: { readonly columns: readonly string[]; readonly dtypes?: readonly ('string' | 'float32')[] },
  ) => Frame;
}

/** Loads danfo. */
export async function loadDanfo(): Promise<Danfo> {
  // Its own type declarations need those of the native library, which this program does not install.
  const module: unknown = await import('danfojs-node');
  return module as Danfo;
}
