/** Small parts of writing many rows. */
import { type RawBuilder, sql } from 'kysely';

/** Rows of a statement: few enough for every store's limit of parameters. */
const rowsAtATime = 100;

/** The items in lists of at most 100. */
export function* chunks<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += rowsAtATime) yield items.slice(start, start + rowsAtATime);
}

/** For `ON CONFLICT … DO UPDATE SET`: each column as the row had it that could not be inserted. */
export function excluded<C extends string>(columns: readonly C[]): Record<C, RawBuilder<never>> {
  const entries = columns.map((column) => [column, sql.ref<never>(`excluded.${column}`)] as const);
  return Object.fromEntries(entries) as Record<C, RawBuilder<never>>;
}
