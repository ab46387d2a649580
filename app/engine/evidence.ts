/** What the sources of a change type tell about a change besides client and time. */
import type { ColumnKind } from '../model/column.ts';
import type { AttachedSource } from './attached-source.ts';
import { columnAt } from './row-source.ts';
import { joinSql, type Sql, sql } from './sql.ts';
import { cellText, list } from './values.ts';

/** Evidence columns of one change type. */
export interface Evidence {
  /** Names as the sources give them; columns of the same name (in any case) in several sources are one. */
  readonly columns: readonly { readonly name: string; readonly kind: ColumnKind }[];
  /** Relation with `place` and `c0`, `c1`, … of the rows of all sources; absent where there are no further columns. */
  readonly rows: Sql | undefined;
}

/** The evidence of the sources of one type. */
export function evidenceOf(sources: readonly AttachedSource[]): Evidence {
  const slots = slotsOf(sources);
  const columns = slots.map((slot) => ({ name: slot.name, kind: kindOf(slot) }));
  if (slots.length === 0) return { columns, rows: undefined };
  // A source without columns was not asked and has no rows.
  const asked = sources.filter((source) => source.columns.length > 0);
  const pieces = asked.map((source) => {
    const values = slots.map((slot, at) => sql`${valueOf(slot, source)} AS ${columnAt(at)}`);
    return sql`SELECT place, ${list(values)} FROM ${source.places} AS source`;
  });
  return { columns, rows: sql`(${joinSql(pieces, sql` UNION ALL `)})` };
}

/** One evidence column, and where each source has it. */
interface Slot {
  readonly name: string;
  readonly found: Map<AttachedSource, { readonly place: number; readonly kind: ColumnKind }>;
}

/** A source may have a name twice: its first such column joins the first of the others, its second their second. */
function slotsOf(sources: readonly AttachedSource[]): readonly Slot[] {
  const slots = new Map<string, Slot>();
  for (const source of sources) {
    const seen = new Map<string, number>();
    for (const { column, place } of source.evidence) {
      const folded = column.name.toLowerCase();
      const occurrence = (seen.get(folded) ?? 0) + 1;
      seen.set(folded, occurrence);
      const key = `${String(occurrence)} ${folded}`;
      const slot = slots.get(key) ?? { name: source.columns[place]?.name ?? column.name, found: new Map() };
      slot.found.set(source, { place, kind: column.kind });
      slots.set(key, slot);
    }
  }
  return [...slots.values()];
}

/** Where sources disagree on the kind, the column is text. */
function kindOf(slot: Slot): ColumnKind {
  const kinds = new Set([...slot.found.values()].map((found) => found.kind));
  const [only = 'text'] = kinds;
  return kinds.size === 1 ? only : 'text';
}

function valueOf(slot: Slot, source: AttachedSource): Sql {
  const found = slot.found.get(source);
  if (found === undefined) return sql`NULL`;
  const column = columnAt(found.place);
  return kindOf(slot) === found.kind ? column : cellText(column, found.kind);
}
