/** Which columns of an attached source tell whose a row is and when it happened. */
import { type Column, knownColumnRoles } from '../model/column.ts';
import { CamError } from '../model/failure.ts';
import type { AttachedSource } from './attached-source.ts';
import { type EventTime, eventTime, type MicrosWindow } from './event-time.ts';
import { columnAt } from './row-source.ts';
import { type Sql, sql } from './sql.ts';
import { idText, normalisedId } from './values.ts';

/** The columns of a source as pieces over its rows. */
export interface ClientColumns {
  /** The normalised id; absent where no column is known to hold it. */
  readonly id?: Sql;
  readonly idName?: string;
  readonly time?: { readonly name: string; readonly read: EventTime };
}

/** The columns of a source of the rule as its roles say, of a raw table as far as their names tell. */
export function clientColumns(source: AttachedSource, window: MicrosWindow): ClientColumns {
  const { columns, roles = knownColumnRoles(columns), zone, idNormaliser } = source.input;
  const id = placed(columns, roles.user);
  const time = placed(columns, roles.time);
  const read = time === undefined ? undefined : readableTime(time, zone, window);
  return {
    ...(id === undefined ? {} : { id: normalisedId(idText(columnAt(id.place), id.column.kind), idNormaliser), idName: id.column.name }),
    ...(time === undefined || read === undefined ? {} : { time: { name: time.column.name, read } }),
  };
}

/** Holds for the rows of a client. Equality of a plain text column is left bare, so that the spool's statistics can help. */
export function isClient(id: Sql, client: string): Sql {
  return sql`${id} = ${client}`;
}

interface Placed {
  readonly column: Column;
  readonly place: number;
}

function placed(columns: readonly Column[], name: string | undefined): Placed | undefined {
  const place = columns.findIndex((column) => column.name === name);
  const column = columns[place];
  return column === undefined ? undefined : { column, place };
}

/** A column of a raw table may have the name of a time and hold something else; its rows then have no time. */
function readableTime({ column, place }: Placed, zone: string, window: MicrosWindow): EventTime | undefined {
  try {
    return eventTime(columnAt(place), column, zone, window);
  } catch (error) {
    if (error instanceof CamError && error.failure.code === 'sql.columns') return undefined;
    throw error;
  }
}
