/** An open result of an Oracle database. */
import type { ResultSet } from 'oracledb';
import type { Column } from '../../model/column.ts';
import type { Batch, Cursor } from '../driver.ts';
import { batchOf } from './batches.ts';
import type { OracleErrorContext } from './errors.ts';
import { assertAsPlanned, type FetchPlan } from './fetch-plan.ts';

/** What a cursor needs of its session. */
export interface CursorSession {
  call<T>(signal: AbortSignal, context: OracleErrorContext, work: () => Promise<T>): Promise<T>;
  endStatement(): Promise<void>;
}

/** What a cursor is made of. */
export interface OracleCursorParts {
  readonly resultSet: ResultSet<unknown[]>;
  readonly plan: FetchPlan;
  readonly signal: AbortSignal;
  readonly context: OracleErrorContext;
  /** Rows a round trip, and so rows a batch. */
  readonly fetchSize: number;
}

export class OracleCursor implements Cursor {
  readonly columns: readonly Column[];
  readonly #session: CursorSession;
  readonly #parts: OracleCursorParts;
  #closing: Promise<void> | undefined;

  /** @throws CamError `sql.columns` when the result is not what was described */
  constructor(session: CursorSession, parts: OracleCursorParts) {
    this.#session = session;
    this.#parts = parts;
    this.columns = parts.plan.columns;
    assertAsPlanned(parts.plan, parts.resultSet.metaData);
  }

  async next(): Promise<Batch | undefined> {
    if (this.#closing !== undefined) return undefined;
    const { resultSet, plan, signal, context, fetchSize } = this.#parts;
    try {
      const rows = await this.#session.call(signal, context, () => resultSet.getRows(fetchSize));
      if (rows.length > 0) return batchOf(rows, plan);
    } catch (error) {
      await this.close();
      throw error;
    }
    await this.close();
    return undefined;
  }

  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  /** The library only notes that the cursor is to be closed; the end of the transaction takes the note to the server. */
  async #end(): Promise<void> {
    await this.#parts.resultSet.close().catch(() => undefined);
    await this.#session.endStatement();
  }
}
