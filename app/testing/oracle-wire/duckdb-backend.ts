/** A backend on an embedded DuckDB: the SQL a client sends is run on tables that a test has set up. */
import { type DuckDBConnection, DuckDBInstance, type DuckDBPreparedStatement, type DuckDBResult, ResultReturnType } from '@duckdb/node-api';
import { type Execute, type WireRequest, type WireResult } from './backend.ts';
import { type WireBind } from './binds.ts';
import { adaptSql, type AdaptedSql, oracleName, oracleNames } from './duckdb-dialect.ts';
import { oraErrorOf } from './duckdb-errors.ts';
import { type ColumnMapping, duckDbBind, mapColumn, type TypeChoices } from './duckdb-values.ts';
import { OraError } from './ora-error.ts';
import { type RowBatch, type WireRow } from './rows.ts';
import { firstWord } from './sql-lexer.ts';

/** How a backend is set up. */
export interface DuckDbBackendOptions {
  /** SQL texts in DuckDB's own dialect, run in order: schemas, tables, rows. The texts of files, for instance. */
  readonly setUp: readonly string[];
  /** Names of columns that are CLOB. */
  readonly clobColumns?: readonly string[];
  /** What DuckDB's TIMESTAMP is in Oracle: TIMESTAMP(6) or DATE. Default `timestamp`. */
  readonly timestampAs?: 'timestamp' | 'date';
}

/** A backend and what holds its data. */
export interface DuckDbBackend {
  readonly execute: Execute;
  /** Runs SQL of the test's own. */
  run(sql: string): Promise<void>;
  close(): void;
}

/** Opens an in-memory database. Every statement gets a connection of its own, so statements can be interrupted one by one. */
export async function duckDbBackend(options: DuckDbBackendOptions): Promise<DuckDbBackend> {
  const instance = await DuckDBInstance.create(':memory:');
  const own = await instance.connect();
  for (const sql of [...oracleNames, ...options.setUp]) await own.run(sql);
  const clobColumns = new Set((options.clobColumns ?? []).map((name) => name.toUpperCase()));
  const timestampAs = options.timestampAs ?? 'timestamp';
  return {
    execute: (request, signal) =>
      executeOn(instance, request, { clobColumns, timestampAs, hasBoolean: request.session.hasBoolean }, signal),
    run: async (sql) => {
      await own.run(sql);
    },
    close: () => {
      own.closeSync();
      instance.closeSync();
    },
  };
}

async function executeOn(instance: DuckDBInstance, request: WireRequest, choices: TypeChoices, signal: AbortSignal): Promise<WireResult> {
  const adapted = adaptSql(request.sql, request.describeOnly);
  const connection = await instance.connect();
  try {
    await useSession(connection, request.session);
    const statement = await connection.prepare(adapted.sql);
    if (request.describeOnly) {
      const columns = describedColumns(statement, request.sql, choices).map(({ column }) => column);
      connection.closeSync();
      return { kind: 'rows', columns, rows: [] };
    }
    bindValues(statement, adapted, request.binds);
    const result = await interruptible(connection, signal, () => statement.stream());
    if (!['SELECT', 'WITH'].includes(firstWord(request.sql))) {
      const rowsAffected = result.rowsChanged;
      connection.closeSync();
      return { kind: 'done', rowsAffected };
    }
    const mappings = resultColumns(result, request.sql, choices);
    const rows = endingWith(readRows(connection, result, mappings, adapted, signal), () => {
      connection.closeSync();
    });
    return { kind: 'rows', columns: mappings.map(({ column }) => column), rows };
  } catch (error) {
    connection.closeSync();
    throw oraErrorOf(error, adapted);
  }
}

/**
 * The session's zone, in which DuckDB compares times without a zone with times that have one, as Oracle does; an offset
 * counts as UTC. Then the current schema, before `main` with DUAL and the macros; one without tables of its own is as
 * good as none.
 */
async function useSession(connection: DuckDBConnection, { schema, parameters }: WireRequest['session']): Promise<void> {
  const zone = parameters.get('TIME_ZONE') ?? '';
  await connection.run(`SET TimeZone = '${/^[A-Za-z]+\/[A-Za-z_/+-]+$/.test(zone) ? zone : 'UTC'}'`);
  const found = await connection.runAndReadAll('SELECT schema_name FROM information_schema.schemata WHERE upper(schema_name) = $1', [
    schema,
  ]);
  const name = found.getRows()[0]?.[0];
  if (typeof name === 'string') await connection.run(`SET search_path = '${name.replaceAll("'", "''")},main'`);
}

function bindValues(statement: DuckDBPreparedStatement, adapted: AdaptedSql, binds: readonly WireBind[]): void {
  const byName = new Map(binds.map((bind) => [bind.name, bind]));
  adapted.bindNames.forEach((name, index) => {
    const bind = byName.get(name);
    if (bind === undefined) throw new OraError(1008);
    statement.bindValue(index + 1, duckDbBind(bind));
  });
}

function describedColumns(statement: DuckDBPreparedStatement, sql: string, choices: TypeChoices): ColumnMapping[] {
  return Array.from({ length: statement.columnCount }, (_, index) =>
    mapColumn(oracleName(statement.columnName(index), sql), statement.columnType(index), choices),
  );
}

function resultColumns(result: DuckDBResult, sql: string, choices: TypeChoices): ColumnMapping[] {
  return result.columnNames().map((name, index) => mapColumn(oracleName(name, sql), result.columnType(index), choices));
}

async function* readRows(
  connection: DuckDBConnection,
  result: DuckDBResult,
  mappings: readonly ColumnMapping[],
  adapted: AdaptedSql,
  signal: AbortSignal,
): AsyncGenerator<RowBatch> {
  try {
    for (;;) {
      const chunk = await interruptible(connection, signal, () => result.fetchChunk());
      if (chunk === null || chunk.rowCount === 0) {
        assertComplete(result, signal);
        return;
      }
      const columns = mappings.map(({ convert }, index) =>
        chunk.getColumnValues(index).map((value) => (value === null ? null : convert(value))),
      );
      yield Array.from({ length: chunk.rowCount }, (_, row): WireRow => columns.map((values) => values[row] ?? null));
    }
  } catch (error) {
    throw oraErrorOf(error, adapted);
  }
}

/** DuckDB gives a stream that broke off the same end as a complete one, and keeps the reason to itself. */
function assertComplete(result: DuckDBResult, signal: AbortSignal): void {
  if (signal.aborted) throw new OraError(1013);
  if (result.returnType !== ResultReturnType.QUERY_RESULT) throw new OraError(20_999, { message: 'the statement failed between its rows' });
}

/** Calls `end` once the rows are no longer read, even if they never were: a generator that never began runs no `finally`. */
function endingWith(rows: AsyncGenerator<RowBatch>, end: () => void): AsyncIterable<RowBatch> {
  const iterator: AsyncIterator<RowBatch> = {
    next: async () => {
      try {
        const next = await rows.next();
        if (next.done === true) end();
        return next;
      } catch (error) {
        end();
        throw error;
      }
    },
    return: async () => {
      await rows.return(undefined);
      end();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

/** Interrupts what runs on a connection until it has stopped: an interrupt that comes before the work begins is lost. */
async function interruptible<T>(connection: DuckDBConnection, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let again: NodeJS.Timeout | undefined;
  const interrupt = (): void => {
    connection.interrupt();
    again = setTimeout(interrupt, 20);
  };
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    return await work();
  } finally {
    signal.removeEventListener('abort', interrupt);
    clearTimeout(again);
  }
}
