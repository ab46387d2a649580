/** PostgreSQL through the client library `pg`. */
import { abortReasonOf, AbortedError, onAbort, throwIfAborted } from '../../base/abort.ts';
import type { Clock } from '../../base/clock.ts';
import { setLimit } from '../../base/limit.ts';
import type { Column } from '../../model/column.ts';
import { endpointLabel } from '../../model/database.ts';
import { CamError, failure } from '../../model/failure.ts';
import type { Batch, Connection, ConnectTarget, Cursor, Driver, ReplicationLag, Statement } from '../driver.ts';
import { batchOf, postgresColumn, type PostgresColumn } from './postgres-columns.ts';
import { postgresError } from './postgres-errors.ts';
import { postgresLag } from './postgres-replication.ts';
import { PostgresSession } from './postgres-session.ts';
import { type PostgresStatement, textOf, toPostgres, valuesOf } from './postgres-statement.ts';
import { RunningStatement } from './running-statement.ts';
import { type UnderstoodStatement, understandStatement } from './understand-statement.ts';

/**
 * Rows of a batch, where the options do not say (`fetch_size`). Measured with 500,000 rows of six columns: 1,000 was among
 * the fastest of 200 to 50,000 (over a million rows a second); more costs memory, and 50,000 half the speed.
 */
const defaultFetchSize = 1000;

/** The driver. `clock` measures the limit of a connection attempt and the pauses between cancel requests. */
export function createPostgresDriver({ clock }: { readonly clock: Clock }): Driver {
  return { kind: 'postgres', connect: (target, signal) => connect(target, signal, clock) };
}

async function connect(target: ConnectTarget, signal: AbortSignal, clock: Clock): Promise<Connection> {
  throwIfAborted(signal);
  const { endpoint } = target;
  if (endpoint.kind !== 'postgres') throw new CamError(failure('internal', { detail: `a ${endpoint.kind} endpoint for PostgreSQL` }));
  const session = new PostgresSession(target, endpoint);
  let isLate = false;
  const stopTimer = setLimit(clock, target.connectTimeoutMs, () => {
    isLate = true;
    session.drop();
  });
  const stopListening = onAbort(signal, () => {
    session.drop();
  });
  try {
    const version = await session.open();
    return new PostgresConnection(session, target, `PostgreSQL ${version}`, clock);
  } catch (error) {
    session.drop();
    throw connectError(error, signal, isLate, target);
  } finally {
    stopTimer();
    stopListening();
  }
}

/** An abort and a limit show as a connection that was cut: only we know who has cut it. */
function connectError(error: unknown, signal: AbortSignal, isLate: boolean, target: ConnectTarget): Error {
  if (signal.aborted) return new AbortedError(abortReasonOf(signal));
  if (!isLate) return postgresError(error, 'connect');
  const message = `${endpointLabel(target.endpoint)} did not answer within ${target.connectTimeoutMs / 1000} s.`;
  return new CamError(failure('db.unreachable', { message }), { cause: error });
}

class PostgresConnection implements Connection {
  readonly endpoint: string;
  readonly serverVersion: string;
  readonly #session: PostgresSession;
  readonly #clock: Clock;
  readonly #zone: string;
  readonly #fetchSize: number;
  #running: RunningStatement | undefined;

  constructor(session: PostgresSession, target: ConnectTarget, serverVersion: string, clock: Clock) {
    this.endpoint = endpointLabel(target.endpoint);
    this.serverVersion = serverVersion;
    this.#clock = clock;
    this.#session = session;
    this.#zone = target.zone;
    const { fetch_size: fetchSize } = target.options;
    this.#fetchSize = typeof fetchSize === 'number' ? fetchSize : defaultFetchSize;
  }

  async query(statement: Statement, signal: AbortSignal): Promise<Cursor> {
    const prepared = toPostgres(statement);
    const running = this.#begin(signal);
    const { text, description } = await this.#understand(running, prepared);
    const values = valuesOf(prepared, description.parameterTypes, this.#zone);
    const columns = description.fields.map((field) => postgresColumn(field.name, field.dataTypeID));
    running.sql = text;
    const read = (): Promise<(string | null)[][]> => running.rows(text, values, this.#fetchSize);
    return new PostgresCursor(running, columns, read, await read());
  }

  async describe(statement: Statement, signal: AbortSignal): Promise<readonly Column[]> {
    const prepared = toPostgres(statement);
    const running = this.#begin(signal);
    const { description } = await this.#understand(running, prepared);
    await running.end();
    return description.fields.map((field) => postgresColumn(field.name, field.dataTypeID).column);
  }

  async ping(signal: AbortSignal): Promise<void> {
    const running = this.#begin(signal);
    await running.step(() => this.#session.ping());
    await running.end();
  }

  replicationLag(signal: AbortSignal): Promise<ReplicationLag> {
    return postgresLag(this, signal);
  }

  async close(how: 'end' | 'drop'): Promise<void> {
    if (how === 'drop') this.#session.drop();
    else await this.#session.end();
  }

  #begin(signal: AbortSignal): RunningStatement {
    throwIfAborted(signal);
    if (this.#running?.isOver === false) throw new CamError(failure('internal', { detail: 'two statements at a time on one connection' }));
    this.#running = new RunningStatement(this.#session, signal, this.#clock);
    return this.#running;
  }

  async #understand(running: RunningStatement, prepared: PostgresStatement): Promise<UnderstoodStatement> {
    running.sql = textOf(prepared);
    await running.begin(prepared.tag);
    return running.step(() => understandStatement(this.#session, prepared));
  }
}

class PostgresCursor implements Cursor {
  readonly columns: readonly Column[];
  readonly #columns: readonly PostgresColumn[];
  readonly #running: RunningStatement;
  readonly #read: () => Promise<(string | null)[][]>;
  #first: (string | null)[][] | undefined;
  #isDone = false;

  constructor(
    running: RunningStatement,
    columns: readonly PostgresColumn[],
    read: () => Promise<(string | null)[][]>,
    first: (string | null)[][],
  ) {
    this.columns = columns.map(({ column }) => column);
    this.#columns = columns;
    this.#running = running;
    this.#read = read;
    this.#first = first;
  }

  async next(): Promise<Batch | undefined> {
    if (this.#isDone) return undefined;
    try {
      const rows = this.#takeFirst() ?? (await this.#read());
      if (rows.length > 0) return batchOf(rows, this.#columns);
    } catch (error) {
      await this.close();
      throw error;
    }
    this.#isDone = true;
    await this.#running.end();
    return undefined;
  }

  /** The rows that came with the columns; none once the statement was aborted, which reading then tells. */
  #takeFirst(): (string | null)[][] | undefined {
    const first = this.#running.isOver ? undefined : this.#first;
    this.#first = undefined;
    return first;
  }

  async close(): Promise<void> {
    this.#isDone = true;
    // A statement on a lost connection is given back as far as it can be.
    await this.#running.end().catch(() => undefined);
  }
}
