/** All rows of one client in what is attached: the rule's sources and the raw tables, in the window and around it. */
import type { ClientRows, EvidenceEvent, SourceRows } from '../model/client-evidence.ts';
import { microsOfInstant } from '../model/instant.ts';
import type { Cell } from '../model/table.ts';
import type { AttachedSource } from './attached-source.ts';
import { clientStanding } from './client-standing.ts';
import { type ClientColumns, clientColumns, isClient } from './client-columns.ts';
import type { DuckSession } from './duck.ts';
import type { EngineRun } from './engine-run.ts';
import { type MicrosWindow, microsOfWindow } from './event-time.ts';
import { columnAt, columnList } from './row-source.ts';
import { constant, ownName, type Sql, sql } from './sql.ts';
import { cellText, list } from './values.ts';

/** A client's events with what their order needs. */
interface FoundEvent {
  readonly event: EvidenceEvent;
  readonly rank: number;
  /** Microseconds since 1970; `null` without a time. */
  readonly micros: bigint | null;
}

/**
 * Reads the client's rows, source by source. At most `limit` come back: the latest of the window first, then the latest of
 * the rest, rows without a time last; the counts are of all.
 */
export async function clientRows(run: EngineRun, client: string, limit: number, signal: AbortSignal): Promise<ClientRows> {
  const window = microsOfWindow(run.plan.window);
  const lastEvent = microsOfInstant(run.plan.lastEvent);
  const found = await Promise.all(
    run.attached().map((source) => run.session(signal, (session) => rowsOf(session, source, { client, limit, window, lastEvent }))),
  );
  const events = found.flatMap((each) => each.events).toSorted(byImportance);
  const sources = found.map((each) => each.source);
  const standing = await clientStanding(run, client, signal);
  return {
    ...(standing === undefined ? {} : { standing }),
    sources,
    events: events.slice(0, limit).map(({ event }) => event),
    total: sources.reduce((sum, source) => sum + source.rows, 0),
  };
}

interface Search {
  readonly client: string;
  readonly limit: number;
  readonly window: MicrosWindow;
  readonly lastEvent: bigint;
}

async function rowsOf(
  session: DuckSession,
  source: AttachedSource,
  search: Search,
): Promise<{ readonly source: SourceRows; readonly events: readonly FoundEvent[] }> {
  const columns = clientColumns(source, search.window);
  const about = {
    source: source.input.source,
    columns: source.columns.map(({ name, kind }) => ({ name, kind })),
    ...(columns.idName === undefined ? {} : { idColumn: columns.idName }),
    ...(columns.time === undefined ? {} : { timeColumn: columns.time.name }),
  };
  if (columns.id === undefined) return { source: { ...about, rows: 0, inWindow: 0, withoutTime: 0 }, events: [] };
  const rows = await session.cells(statement(source, { ...columns, id: columns.id }, search));
  const [counts] = rows;
  return {
    source: { ...about, rows: Number(counts?.[0] ?? 0), inWindow: Number(counts?.[1] ?? 0), withoutTime: Number(counts?.[2] ?? 0) },
    events: rows.map((row) => foundEvent(source, row, search.lastEvent)),
  };
}

/** Each row: the three counts, position, time in microseconds, the time as text, whether it is in the window, then the cells. */
function statement(source: AttachedSource, { id, time }: ClientColumns & { readonly id: Sql }, { client, limit, window }: Search): Sql {
  const micros = time === undefined ? sql`CAST(NULL AS BIGINT)` : time.read.micros;
  const isInside = sql`(micros IS NOT NULL AND micros BETWEEN ${constant(window.from)} AND ${constant(window.to)})`;
  const texts = source.columns.map((column, place) => column.text(columnAt(place)));
  const instant = cellText(sql`make_timestamp(micros)`, 'instant');
  const facts = ['total', 'inside', 'timeless', 'position', 'micros'].map((name) => sql`CAST(${ownName(name)} AS VARCHAR)`);
  return sql`SELECT CAST(to_json([${list([...facts, instant, sql`CAST(${isInside} AS VARCHAR)`, ...texts])}]) AS VARCHAR)
    FROM (SELECT *, count(*) OVER () AS total, count(*) FILTER (WHERE ${isInside}) OVER () AS inside,
        count(*) FILTER (WHERE micros IS NULL) OVER () AS timeless
      FROM (SELECT position, ${micros} AS micros, ${columnList(source.columns)} FROM ${source.all} AS scan WHERE ${isClient(id, client)}))
    ORDER BY ${isInside} DESC, micros DESC NULLS LAST, position LIMIT ${constant(limit)}`;
}

function foundEvent(source: AttachedSource, row: readonly Cell[], lastEvent: bigint): FoundEvent {
  const [, , , position, microsText, time = null, isInWindow, ...cells] = row;
  const micros = microsText === null || microsText === undefined ? null : BigInt(microsText);
  return {
    rank: source.rank,
    micros,
    event: {
      source: source.input.source,
      row: Number(position) + 1,
      time,
      beforeTMicros: micros === null ? null : (lastEvent - micros).toString(),
      isInWindow: isInWindow === 'true',
      cells,
    },
  };
}

function byImportance(a: FoundEvent, b: FoundEvent): number {
  if (a.event.isInWindow !== b.event.isInWindow) return a.event.isInWindow ? -1 : 1;
  if (a.micros !== b.micros) {
    if (a.micros === null) return 1;
    if (b.micros === null) return -1;
    return a.micros > b.micros ? -1 : 1;
  }
  return a.rank - b.rank || a.event.row - b.event.row;
}
