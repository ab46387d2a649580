/** One session with an Oracle database. */
import type { Connection as OracleConnection, ResultSet } from 'oracledb';
import oracledb from 'oracledb';
import { AbortedError, abortReasonOf, onAbort, throwIfAborted } from '../../base/abort.ts';
import type { Column } from '../../model/column.ts';
import { CamError, failure } from '../../model/failure.ts';
import { withTag } from '../../sqltext/statement-tag.ts';
import type { Connection, Cursor, ReplicationLag, Statement } from '../driver.ts';
import { isCancelled, oracleError, type OracleErrorContext, readOracleError } from './errors.ts';
import { type ColumnMetadata, describedColumns, type FetchPlan, fetchPlan } from './fetch-plan.ts';
import { OracleCursor } from './oracle-cursor.ts';
import { oracleLag } from './oracle-replication.ts';
import { oracleStatement, type OracleStatement } from './oracle-statement.ts';
import type { WatchedSockets } from './watch-sockets.ts';

/** Longest action, in bytes, that a database takes. */
const longestAction = 64;

/** What a session is made of. */
export interface OracleSessionParts {
  readonly connection: OracleConnection;
  readonly endpoint: string;
  /** IANA zone in which instants are bound. */
  readonly zone: string;
  readonly sockets: WatchedSockets;
  /** Rows a round trip, for rows without long texts. */
  readonly fetchSize: number;
}

/** Rows a round trip where each may hold a text of any length. */
const fetchSizeOfLongRows = 100;

export class OracleSession implements Connection {
  readonly endpoint: string;
  readonly serverVersion: string;
  readonly #connection: OracleConnection;
  readonly #zone: string;
  readonly #sockets: WatchedSockets;
  readonly #fetchSize: number;
  #isClosed = false;

  constructor({ connection, endpoint, zone, sockets, fetchSize }: OracleSessionParts) {
    this.#fetchSize = fetchSize;
    this.#connection = connection;
    this.#zone = zone;
    this.#sockets = sockets;
    this.endpoint = endpoint;
    this.serverVersion = connection.oracleServerVersionString;
  }

  async query(statement: Statement, signal: AbortSignal): Promise<Cursor> {
    const prepared = oracleStatement(statement, this.#zone);
    this.#assertOpen();
    this.#connection.action = actionOf(statement.tag);
    let resultSet: ResultSet<unknown[]> | undefined;
    try {
      const plan = fetchPlan(prepared.sql, await this.#metadata(prepared, signal));
      const context = placeIn(prepared, plan);
      const fetchSize = plan.hasLongTexts ? Math.min(this.#fetchSize, fetchSizeOfLongRows) : this.#fetchSize;
      await this.call(signal, context, () => this.#connection.execute(prepared.tagged('SET TRANSACTION READ ONLY')));
      await this.call(signal, context, async () => {
        ({ resultSet } = await this.#connection.execute<unknown[]>(
          prepared.tagged(plan.sql),
          prepared.binds,
          executeOptions(plan, fetchSize),
        ));
      });
      if (resultSet === undefined) throw new CamError(failure('sql.not-read-only'));
      return new OracleCursor(this, { resultSet, plan, signal, context, fetchSize });
    } catch (error) {
      await resultSet?.close().catch(() => undefined);
      await this.endStatement();
      throw error;
    }
  }

  async describe(statement: Statement, signal: AbortSignal): Promise<readonly Column[]> {
    const prepared = oracleStatement(statement, this.#zone);
    this.#assertOpen();
    this.#connection.action = actionOf(statement.tag);
    try {
      return describedColumns(await this.#metadata(prepared, signal));
    } finally {
      await this.endStatement();
    }
  }

  async ping(signal: AbortSignal): Promise<void> {
    await this.call(signal, { stage: 'statement' }, () => this.#connection.ping());
  }

  /** Asks for one value, in one round trip and without a transaction. Internal to the driver. @throws as {@link call} */
  ask(sql: string, signal: AbortSignal): Promise<unknown> {
    return this.call(signal, { stage: 'statement' }, async () => {
      const { rows } = await this.#connection.execute<unknown[]>(withTag(sql, 'replication'), [], {
        outFormat: oracledb.OUT_FORMAT_ARRAY,
        maxRows: 1,
      });
      return rows?.[0]?.[0];
    });
  }

  replicationLag(signal: AbortSignal): Promise<ReplicationLag> {
    return oracleLag(this, signal);
  }

  async close(how: 'end' | 'drop'): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (how === 'drop') this.#sockets.destroy();
    // The library says goodbye, or notices that there is nobody left to say it to; it tells failures to nobody.
    const closing = (how === 'drop' ? this.#connection.close({ drop: true }) : this.#connection.close()).catch(() => undefined);
    if (how === 'end') await closing;
  }

  /**
   * Runs one call of the library; an abort asks the server to break it off. Internal to the driver.
   *
   * A break may be too late for its call; the server then answers it in the next one. So wherever a break was sent and
   * its answer has not been seen, a round trip of no effect is made before anything else can be said.
   * @throws AbortedError when the signal was aborted and the server has answered; CamError for every other failure
   */
  async call<T>(signal: AbortSignal, context: OracleErrorContext, work: () => Promise<T>): Promise<T> {
    throwIfAborted(signal);
    this.#assertOpen();
    let asked: Promise<unknown> | undefined;
    const stopListening = onAbort(signal, () => {
      // A break that cannot be sent means that the connection is gone, which the call itself will tell.
      asked = this.#connection.break().catch(() => undefined);
    });
    const outcome = await work().then(
      (value) => ({ ok: true, value }) as const,
      (error: unknown) => ({ ok: false, error }) as const,
    );
    stopListening();
    if (asked === undefined) {
      if (outcome.ok) return outcome.value;
      throw oracleError(outcome.error, context);
    }
    await asked;
    if (!outcome.ok && readOracleError(outcome.error).isLost) throw oracleError(outcome.error, context);
    if (outcome.ok || !isCancelled(outcome.error)) await this.#settleBreak();
    throw new AbortedError(abortReasonOf(signal));
  }

  /**
   * Gives the statement's transaction back, and with it whatever of the statement is still open. Internal to the driver.
   * A session on which even that fails shows it at its next call.
   */
  async endStatement(): Promise<void> {
    if (this.#isClosed) return;
    this.#connection.action = '';
    await this.#connection.rollback().catch(() => undefined);
  }

  async #settleBreak(): Promise<void> {
    try {
      await this.#connection.ping();
    } catch (error) {
      if (!isCancelled(error)) throw oracleError(error, { stage: 'statement' });
    }
  }

  async #metadata(prepared: OracleStatement, signal: AbortSignal): Promise<readonly ColumnMetadata[]> {
    const context = placeIn(prepared, { sql: prepared.sql, originalAt: 0 });
    const info = await this.call(signal, context, () => this.#connection.getStatementInfo(prepared.tagged(prepared.sql)));
    return info.metaData ?? [];
  }

  #assertOpen(): void {
    if (this.#isClosed) throw new CamError(failure('db.connection-lost', { message: 'The connection has been closed.' }));
  }
}

function executeOptions(plan: FetchPlan, fetchSize: number): oracledb.ExecuteOptions {
  return {
    resultSet: true,
    outFormat: oracledb.OUT_FORMAT_ARRAY,
    prefetchRows: fetchSize,
    fetchArraySize: fetchSize,
    fetchTypeHandler: typeHandler(plan),
    keepInStmtCache: false,
  };
}

function placeIn(prepared: OracleStatement, plan: Pick<FetchPlan, 'sql' | 'originalAt'>): OracleErrorContext {
  return { stage: 'statement', placeOf: (offset) => prepared.placeOf(offset, plan.sql, plan.originalAt) };
}

/** Types by place: names need not be distinct where a statement is fetched as it is. */
function typeHandler({ fetchTypes }: FetchPlan): () => { type: oracledb.DbType } | undefined {
  let place = 0;
  return () => {
    const type = fetchTypes[place % fetchTypes.length];
    place += 1;
    return type === undefined ? undefined : { type };
  };
}

/** The tag, cut where a database would refuse it. */
function actionOf(tag: string): string {
  const bytes = Buffer.from(tag, 'utf8');
  return bytes.length <= longestAction
    ? tag
    : bytes
        .subarray(0, longestAction)
        .toString('utf8')
        .replace(/\uFFFD+$/, '');
}
