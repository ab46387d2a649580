/** The statements of an attempt, one after another on one connection, and every row of theirs into one spool. */
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { abort, AbortedError, abortReasonOf, childController, throwIfAborted } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import type { Batch, Connection, Cursor, Statement, StatementBind } from '../drivers/driver.ts';
import { type Column, type ColumnRoles, resolveColumnRoles } from '../model/column.ts';
import type { DatabaseConfig } from '../model/database.ts';
import { CamError, failure } from '../model/failure.ts';
import type { SpoolFactory, SpoolWriter } from '../spool/spool.ts';
import type { AttemptMeter } from './attempt-meter.ts';
import { AttemptAborted, type CancelLadder, withCancelLadder } from './cancel-ladder.ts';
import { type ListBinds, listParts } from './list-parts.ts';
import type { ExecuteInput, ReplicaState, SpoolReference } from './protocol.ts';
import { replicaOf } from './replica.ts';
import { RowSieve } from './row-sieve.ts';
import { lowerBoundInstant } from './start-bound.ts';

const longestTurnMs = 20;

/** What the statements of an attempt need. */
export interface SpoolingPorts {
  readonly clock: Clock;
  readonly spools: SpoolFactory;
  readonly ladder: Pick<CancelLadder, 'clock' | 'askMs' | 'cutMs'>;
  readonly database: DatabaseConfig;
  readonly meter: AttemptMeter;
  /** Waits until a further statement may begin. */
  readonly permit: (signal: AbortSignal) => Promise<void>;
  /** Told what lies in the spool, also where that has not changed for a while. */
  readonly onProgress: (rows: number, bytes: number) => void;
}

/** What a successful attempt leaves. */
export interface AttemptResult {
  readonly rows: number;
  readonly bytes: number;
  readonly spool: SpoolReference;
  /** Set where it came from a standby. */
  readonly replica?: ReplicaState;
}

/**
 * Runs the statements. Nothing is left behind unless all of them succeed.
 * @throws CamError on failure; AttemptAborted once the signal is aborted
 */
export async function spoolStatements(
  ports: SpoolingPorts,
  connection: Connection,
  input: ExecuteInput,
  signal: AbortSignal,
): Promise<AttemptResult> {
  const spooling = new Spooling(ports, connection, input, signal);
  const working = spooling.run();
  try {
    const cut = (): Promise<void> => connection.close('drop');
    return await withCancelLadder(working, signal, { ...ports.ladder, what: 'statement', cut });
  } catch (error) {
    await spooling.discard();
    // Work that has been given up may still begin a spool before it notices.
    if (isGivenUp(error)) working.catch(() => spooling.discard()).catch(() => undefined);
    throw error;
  } finally {
    spooling.dispose();
  }
}

function mayRepeatRows({ lists, chunk }: ExecuteInput): boolean {
  const all = Object.values(lists);
  return all.some(({ count }) => count > chunk) && !all.every(({ hasOwnRows }) => hasOwnRows);
}

function isGivenUp(error: unknown): boolean {
  return error instanceof AttemptAborted && error.stuck;
}

class Spooling {
  readonly #ports: SpoolingPorts;
  readonly #connection: Connection;
  readonly #input: ExecuteInput;
  readonly #signal: AbortSignal;
  /** A statement is also ended when its rows cannot be kept. */
  readonly #statement: ReturnType<typeof childController>;
  readonly #sieve: RowSieve | undefined;
  #spool: { readonly writer: SpoolWriter; readonly columns: readonly Column[]; readonly roles: ColumnRoles | undefined } | undefined;

  constructor(ports: SpoolingPorts, connection: Connection, input: ExecuteInput, signal: AbortSignal) {
    this.#ports = ports;
    this.#connection = connection;
    this.#input = input;
    this.#signal = signal;
    this.#statement = childController(signal);
    this.#sieve = mayRepeatRows(input) ? new RowSieve() : undefined;
  }

  async run(): Promise<AttemptResult> {
    const { clock } = this.#ports;
    // Before the first statement: what the standby takes in meanwhile may or may not be in the answer.
    const replica = await replicaOf(this.#connection, this.#input.endpoint, clock, this.#statement.controller.signal);
    let isFirst = true;
    for await (const lists of listParts(this.#input.lists, this.#input.chunk)) {
      if (!isFirst) await this.#ports.permit(this.#signal);
      isFirst = false;
      await this.#ask(lists);
    }
    if (this.#spool === undefined) throw new Error('an attempt makes at least one statement');
    const { files, columns, rows, bytes } = await this.#spool.writer.commit();
    this.#ports.meter.spooled(bytes);
    throwIfAborted(this.#signal);
    const { roles } = this.#spool;
    const spool = { files, columns, ...(roles === undefined ? {} : { roles }) };
    return { rows, bytes, spool, ...(replica === undefined ? {} : { replica }) };
  }

  /** A clean-up that fails must not take the place of what happened. */
  async discard(): Promise<void> {
    await this.#spool?.writer.discard().catch(() => undefined);
  }

  dispose(): void {
    this.#statement.dispose();
  }

  async #ask(lists: ListBinds): Promise<void> {
    const { meter, database } = this.#ports;
    meter.began(() => {
      this.#ports.onProgress(this.#spool?.writer.rows ?? 0, this.#spool?.writer.bytes ?? 0);
    });
    try {
      const cursor = await this.#connection.query(statementOf(this.#input, database.zone, lists), this.#statement.controller.signal);
      try {
        throwIfAborted(this.#signal);
        const writer = await this.#writerFor(cursor.columns);
        this.#sieve?.nextPart();
        await this.#copyRows(cursor, writer);
      } finally {
        await cursor.close().catch(() => undefined);
      }
    } finally {
      meter.ended();
    }
  }

  async #writerFor(columns: readonly Column[]): Promise<SpoolWriter> {
    if (this.#spool !== undefined) {
      if (JSON.stringify(this.#spool.columns) === JSON.stringify(columns)) return this.#spool.writer;
      throw new CamError(failure('sql.columns', { message: 'The parts in which a long list was asked for have different columns.' }));
    }
    const { spoolDirectory, attempt } = this.#input;
    const roles = this.#input.needsRoles ? resolveColumnRoles(columns, this.#input) : undefined;
    const writer = await this.#ports.spools.create(join(spoolDirectory, `attempt-${String(attempt)}`), columns);
    this.#spool = { writer, columns, roles };
    return writer;
  }

  /** Every row from the cursor to the spool; the next batch is already being fetched while one is written. */
  async #copyRows(cursor: Cursor, spool: SpoolWriter): Promise<void> {
    const { clock } = this.#ports;
    const fetch = (): Promise<Batch | undefined> => {
      const batch = cursor.next();
      // A fetch that fails while a batch is written is waited for afterwards; until then it must not count as unhandled.
      batch.catch(() => undefined);
      return batch;
    };
    let fetching = fetch();
    let turnMs = clock.monotonicMs();
    for (let batch = await fetching; batch !== undefined; batch = await fetching) {
      fetching = fetch();
      await requestsAreSent();
      try {
        await this.#keep(batch, spool);
      } catch (error) {
        abort(this.#statement.controller, { kind: 'cancel', by: 'spool' });
        await fetching.catch(() => undefined);
        throw error;
      }
      this.#ports.onProgress(spool.rows, spool.bytes);
      if (clock.monotonicMs() - turnMs < longestTurnMs) continue;
      // Rows that are there already would keep everything else waiting: a cancel, a heartbeat, other sources.
      await setImmediate();
      turnMs = clock.monotonicMs();
    }
  }

  async #keep(batch: Batch, spool: SpoolWriter): Promise<void> {
    const { meter } = this.#ports;
    if (meter.take(batch.rowCount) < batch.rowCount) throw new AbortedError(abortReasonOf(this.#signal));
    const own = this.#sieve === undefined ? batch : this.#sieve.sift(batch);
    if (own !== undefined) await spool.append(own);
    meter.spooled(spool.bytes);
    throwIfAborted(this.#signal);
  }
}

/**
 * Lets whatever has been begun go as far as it can by itself. A client library takes several steps before its request goes out; rows that
 * are written meanwhile would keep it waiting, and the database behind it.
 */
function requestsAreSent(): Promise<void> {
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}

/** The statement to run or to describe. */
export function statementOf(
  input: Pick<ExecuteInput, 'sql' | 'binds' | 'startDate' | 'source'> & { readonly runId?: string },
  zone: string,
  lists: ListBinds,
): Statement {
  const values = Object.entries(input.binds).map(([name, value]): [string, StatementBind] => [name, { kind: 'value', value }]);
  return {
    sql: input.sql,
    binds: {
      ...Object.fromEntries(values),
      ...lists,
      start_date: { kind: 'instant', instant: lowerBoundInstant(input.startDate, zone) },
    },
    tag: `${input.runId ?? 'check'}:${input.source}`,
  };
}
