/** One connection to a DuckDB database in this process. */
import { type DuckDBConnection, type DuckDBResult, ResultReturnType, StatementType } from '@duckdb/node-api';
import { AbortedError, abortReasonOf, onAbort, throwIfAborted } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import type { Column } from '../model/column.ts';
import { CamError, failure } from '../model/failure.ts';
import { batchOf, type DuckdbColumn, duckdbColumn } from './duckdb-columns.ts';
import { statementError } from './duckdb-errors.ts';
import { type DuckdbStatement, prepare, toDuckdb } from './duckdb-statement.ts';
import type { Batch, Connection, Cursor, Statement } from './driver.ts';

/** An interrupt that comes before the statement has begun on its thread is forgotten by DuckDB, so it is repeated. */
const interruptEveryMs = 20;

/** What a connection is made of. */
export interface DuckdbConnectionParts {
  readonly connection: DuckDBConnection;
  readonly endpoint: string;
  readonly serverVersion: string;
  /** IANA zone in which instants are bound. */
  readonly zone: string;
  readonly clock: Clock;
  /** Called once when the connection is closed for good. */
  readonly onClosed: () => void;
}

/** A connection; statements run in read-only transactions, so that even a database in memory is only read. */
export class DuckdbConnection implements Connection {
  readonly endpoint: string;
  readonly serverVersion: string;
  readonly #parts: DuckdbConnectionParts;
  /** What runs on a thread of DuckDB now; settles without rejecting. */
  #running: Promise<unknown> | undefined;
  #closed = false;

  constructor(parts: DuckdbConnectionParts) {
    this.#parts = parts;
    this.endpoint = parts.endpoint;
    this.serverVersion = parts.serverVersion;
  }

  async query(statement: Statement, signal: AbortSignal): Promise<Cursor> {
    const translated = toDuckdb(statement);
    try {
      const result = await this.interruptible(translated.sql, signal, () => this.#start(translated));
      throwIfAborted(signal);
      return new DuckdbCursor(this, translated, result, signal);
    } catch (error) {
      await this.endTransaction();
      throw error;
    }
  }

  async describe(statement: Statement, signal: AbortSignal): Promise<readonly Column[]> {
    const translated = toDuckdb(statement);
    return this.interruptible(translated.sql, signal, async () => {
      const { connection, zone } = this.#parts;
      // Prepared as it is first: errors then name places in the file. DESCRIBE alone knows types that depend on a bind.
      (await prepare(connection, translated, zone)).destroySync();
      const described = await prepare(connection, { ...translated, sql: `DESCRIBE ${translated.sql}` }, zone);
      try {
        const [names = [], types = []] = (await described.runAndReadAll()).getColumnsJson() as string[][];
        return names.map((name, index) => duckdbColumn(name, types[index] ?? '').column);
      } finally {
        described.destroySync();
      }
    });
  }

  async ping(signal: AbortSignal): Promise<void> {
    await this.interruptible('', signal, () => this.#parts.connection.run('SELECT 1'));
  }

  async close(how: 'end' | 'drop'): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const running = this.#running;
    if (running === undefined) {
      this.#disconnect();
      return;
    }
    // Disconnecting waits for the statement, on this very thread: so not before it has ended.
    const stop = this.#interruptUntilStopped();
    const ended = running.finally(() => {
      stop();
      this.#disconnect();
    });
    if (how === 'end') await ended;
  }

  /**
   * Runs work on DuckDB's threads; an abort interrupts it, again and again until it has ended. Internal to the driver.
   * @throws AbortedError when it failed after an abort; CamError for every other failure
   */
  async interruptible<T>(sql: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    throwIfAborted(signal);
    this.#assertOpen();
    let stopInterrupting: () => void = () => undefined;
    const stopListening = onAbort(signal, () => {
      stopInterrupting = this.#interruptUntilStopped();
    });
    const running = work();
    const settled = running.then(
      () => undefined,
      () => undefined,
    );
    this.#running = settled;
    try {
      return await running;
    } catch (error) {
      throw signal.aborted ? new AbortedError(abortReasonOf(signal)) : statementError(error, sql);
    } finally {
      stopListening();
      stopInterrupting();
      if (this.#running === settled) this.#running = undefined;
    }
  }

  /** Ends the statement's transaction, and with it a result that is still open. Internal to the driver. */
  async endTransaction(): Promise<void> {
    if (this.#closed) return;
    // Fails where there is no transaction, which is as good.
    await this.#parts.connection.run('ROLLBACK').catch(() => undefined);
  }

  /**
   * Why a result ended with an error. DuckDB's C interface gives a broken stream the same end as a complete one and keeps
   * the reason to itself, so the statement is run once more without its rows. Internal to the driver.
   * @throws CamError always; AbortedError when aborted meanwhile
   */
  async explainFailure(statement: DuckdbStatement, signal: AbortSignal): Promise<never> {
    await this.endTransaction();
    await this.interruptible(statement.sql, signal, async () => {
      const { connection, zone } = this.#parts;
      const again = { ...statement, sql: `EXPLAIN ANALYZE ${statement.sql}` };
      const explained = await prepare(connection, again, zone, StatementType.EXPLAIN);
      await explained.run().finally(() => {
        explained.destroySync();
      });
    });
    throw new CamError(failure('db.error', { message: 'DuckDB broke the result off without giving a reason.' }));
  }

  async #start(statement: DuckdbStatement): Promise<DuckDBResult> {
    const { connection, zone } = this.#parts;
    await connection.run('BEGIN TRANSACTION READ ONLY');
    const prepared = await prepare(connection, statement, zone);
    try {
      return await prepared.stream();
    } finally {
      prepared.destroySync();
    }
  }

  #interruptUntilStopped(): () => void {
    const { clock, connection } = this.#parts;
    let clear: () => void = () => undefined;
    const interrupt = (): void => {
      connection.interrupt();
      clear = clock.setTimer(interruptEveryMs, interrupt);
    };
    interrupt();
    return () => {
      clear();
    };
  }

  #assertOpen(): void {
    if (this.#closed) throw new CamError(failure('db.connection-lost', { message: 'The connection has been closed.' }));
  }

  #disconnect(): void {
    this.#parts.connection.disconnectSync();
    this.#parts.onClosed();
  }
}

/** An open result. DuckDB runs the statement as chunks are fetched. */
class DuckdbCursor implements Cursor {
  readonly columns: readonly Column[];
  readonly #own: DuckdbConnection;
  readonly #statement: DuckdbStatement;
  readonly #result: DuckDBResult;
  readonly #columns: readonly DuckdbColumn[];
  readonly #signal: AbortSignal;
  #ended = false;

  constructor(own: DuckdbConnection, statement: DuckdbStatement, result: DuckDBResult, signal: AbortSignal) {
    this.#own = own;
    this.#statement = statement;
    this.#result = result;
    this.#signal = signal;
    const types = result.columnTypes();
    this.#columns = result.columnNames().map((name, index) => duckdbColumn(name, String(types[index])));
    this.columns = this.#columns.map(({ column }) => column);
  }

  async next(): Promise<Batch | undefined> {
    if (this.#ended) return undefined;
    try {
      const chunk = await this.#own.interruptible(this.#statement.sql, this.#signal, () => this.#result.fetchChunk());
      throwIfAborted(this.#signal);
      if (chunk !== null && chunk.rowCount > 0) return batchOf(chunk, this.#columns);
      if (this.#result.returnType !== ResultReturnType.QUERY_RESULT) await this.#own.explainFailure(this.#statement, this.#signal);
    } catch (error) {
      await this.close();
      throw error;
    }
    await this.close();
    return undefined;
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#own.endTransaction();
  }
}
