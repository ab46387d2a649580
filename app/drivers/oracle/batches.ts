/** Rows of the library as a batch of columns. */
import type { Batch } from '../driver.ts';
import type { FetchPlan } from './fetch-plan.ts';

/** A batch of these rows; their order is kept. */
export function batchOf(rows: readonly (readonly unknown[])[], plan: Pick<FetchPlan, 'columns' | 'decimals'>): Batch {
  const columns = plan.columns.map((_, index) => rows.map((row) => row[index]));
  for (const index of plan.decimals) {
    const values = columns[index] ?? [];
    for (let row = 0; row < values.length; row += 1) {
      const value = values[row];
      if (typeof value === 'string') values[row] = plainDecimal(value);
    }
  }
  return { rowCount: rows.length, columns };
}

const dot = 46;
const minus = 45;

/** Oracle leaves the zero before the point out, and its own client writes very large and very small numbers with an exponent. */
export function plainDecimal(text: string): string {
  const first = text.charCodeAt(0);
  if (first === dot) return `0${text}`;
  if (first === minus && text.charCodeAt(1) === dot) return `-0${text.slice(1)}`;
  return text.includes('E') || text.includes('e') ? withoutExponent(text) : text;
}

function withoutExponent(text: string): string {
  const parts = /^(-?)(\d*)\.?(\d*)[Ee]([+-]?\d+)$/.exec(text.trim());
  if (parts === null) return text;
  const [, sign = '', whole = '', fraction = ''] = parts;
  const point = whole.length + Number(parts[4]);
  const digits = whole + fraction;
  const left = point <= 0 ? '0' : digits.slice(0, point).padEnd(point, '0');
  const right = point <= 0 ? '0'.repeat(-point) + digits : digits.slice(point);
  const tail = right.replace(/0+$/, '');
  return `${sign}${left.replace(/^0+(?=\d)/, '')}${tail === '' ? '' : `.${tail}`}`;
}
