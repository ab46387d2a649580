/** One attempt of one source: connect, execute, every row into a spool, commit. One time limit holds for all of it. */
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { abort, AbortedError, childController, throwIfAborted } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import type { Batch, Connection, Cursor, Statement } from '../drivers/driver.ts';
import { resolveColumnRoles } from '../model/column.ts';
import type { DatabaseConfig, Endpoint } from '../model/database.ts';
import { endpointLabel } from '../model/database.ts';
import { CamError, failure } from '../model/failure.ts';
import { withDeadline } from '../resilience/deadline.ts';
import type { CommittedSpool, SpoolFactory, SpoolWriter } from '../spool/spool.ts';
import { AttemptAborted, type CancelLadder, withCancelLadder } from './cancel-ladder.ts';
import type { ConnectionPool, PoolPlace } from './connection-pool.ts';
import { ProgressThrottle } from './progress-throttle.ts';
import type { ExecuteInput, ExecuteNotice, ReplicaState, SpoolReference } from './protocol.ts';
import { replicaOf } from './replica.ts';
import { lowerBoundInstant } from './start-bound.ts';

const progressEveryMs = 100;
const longestTurnMs = 20;

/** What attempts of one database share. */
export interface AttemptPorts {
  readonly database: DatabaseConfig;
  readonly pool: ConnectionPool;
  readonly spools: SpoolFactory;
  readonly clock: Clock;
  readonly ladder: Pick<CancelLadder, 'clock' | 'askMs' | 'cutMs'>;
  readonly connect: (endpoint: Endpoint, signal: AbortSignal) => Promise<Connection>;
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
 * Runs an attempt. Nothing of it is left behind unless it succeeds.
 * @throws CamError on failure; AbortedError before anything was sent; AttemptAborted afterwards
 */
export async function runAttempt(
  ports: AttemptPorts,
  input: ExecuteInput,
  notify: (notice: ExecuteNotice) => void,
  signal: AbortSignal,
): Promise<AttemptResult> {
  const endpoint = endpointOf(ports.database, input.endpoint);
  const state = (status: 'waiting' | 'connecting' | 'running'): void => {
    notify({ kind: 'state', status });
  };
  if (!ports.pool.hasPlace) state('waiting');
  return withPlace(ports, signal, (place) =>
    withDeadline(
      ports.clock,
      input.timeoutMs,
      'attempt',
      async (limited) => {
        const connection = await connectionOf(ports, place.place, endpoint, limited, () => {
          state('connecting');
        });
        place.connection = connection;
        state('running');
        return spoolStatement(ports, connection, input, notify, limited);
      },
      signal,
    ),
  );
}

/** The primary or a standby of the database. @throws CamError `request.invalid` where it has no such endpoint */
function endpointOf({ endpoint, standbys }: DatabaseConfig, place: number): Endpoint {
  const found = [endpoint, ...standbys][place];
  if (found === undefined) throw new CamError(failure('request.invalid', { message: 'The database has no such endpoint.' }));
  return found;
}

/** A place in the pool, and the connection used in it as soon as there is one. */
interface UsedPlace {
  readonly place: PoolPlace;
  connection?: Connection;
}

/** Waits for a place and gives it back, with its connection where that can be used again. */
export async function withPlace<T>(ports: AttemptPorts, signal: AbortSignal, work: (place: UsedPlace) => Promise<T>): Promise<T> {
  const used: UsedPlace = { place: await ports.pool.take(signal) };
  let how: 'keep' | 'drop' = 'drop';
  try {
    const result = await work(used);
    how = 'keep';
    return result;
  } catch (error) {
    how = isUsableAfter(error) ? 'keep' : 'drop';
    throw error;
  } finally {
    used.place.release(used.connection, how);
  }
}

/** An idle connection or a new one. A logon that takes too long is a database that cannot be reached. */
export async function connectionOf(
  ports: AttemptPorts,
  place: PoolPlace,
  endpoint: Endpoint,
  signal: AbortSignal,
  onConnecting: () => void,
): Promise<Connection> {
  const idle = await place.takeIdle(endpoint);
  if (idle !== undefined) return idle;
  onConnecting();
  const { connectTimeoutMs } = ports.database;
  let connecting: Promise<Connection> | undefined;
  try {
    return await withDeadline(
      ports.clock,
      connectTimeoutMs,
      'connect',
      (limited) => {
        connecting = ports.connect(endpoint, limited);
        return withCancelLadder(connecting, limited, { ...ports.ladder, what: 'logon', cut: () => Promise.resolve() });
      },
      signal,
    );
  } catch (error) {
    // A logon that succeeds all the same, now or later, must not stay.
    connecting?.then((late) => late.close('drop')).catch(() => undefined);
    if (isConnectTimeout(error)) throw unreachable(endpoint, connectTimeoutMs, error);
    // One that was ended as asked is as if it had not been.
    throw error instanceof AttemptAborted && error.confirmed ? new AbortedError(error.reason) : error;
  }
}

async function spoolStatement(
  ports: AttemptPorts,
  connection: Connection,
  input: ExecuteInput,
  notify: (notice: ExecuteNotice) => void,
  signal: AbortSignal,
): Promise<AttemptResult> {
  let spool: SpoolWriter | undefined;
  const throttle = new ProgressThrottle<ExecuteNotice>(ports.clock, progressEveryMs, notify);
  // The statement is also ended when its rows cannot be kept.
  const statement = childController(signal);
  const work = async (): Promise<AttemptResult> => {
    const replica = await replicaOf(connection, ports.database, input.endpoint, ports.clock, statement.controller.signal);
    const cursor = await connection.query(statementOf(input, ports.database.zone), statement.controller.signal);
    try {
      throwIfAborted(signal);
      const roles = input.needsRoles ? resolveColumnRoles(cursor.columns, input) : undefined;
      const writer = await ports.spools.create(join(input.spoolDirectory, `attempt-${String(input.attempt)}`), cursor.columns);
      spool = writer;
      await copyRows(ports.clock, cursor, writer, {
        onProgress: () => {
          throttle.push({ kind: 'progress', rows: writer.rows, bytes: writer.bytes });
        },
        onFailure: () => {
          abort(statement.controller, { kind: 'cancel', by: 'spool' });
        },
      });
      return { ...resultOf(await writer.commit(), roles), ...(replica === undefined ? {} : { replica }) };
    } finally {
      await cursor.close().catch(() => undefined);
    }
  };
  const working = work();
  try {
    const cut = (): Promise<void> => connection.close('drop');
    return await withCancelLadder(working, signal, { ...ports.ladder, what: 'statement', cut });
  } catch (error) {
    await discard(spool);
    // Work that has been given up may still begin a spool before it notices.
    if (isGivenUp(error)) working.catch(() => discard(spool)).catch(() => undefined);
    throw error;
  } finally {
    throttle.stop();
    statement.dispose();
  }
}

function isGivenUp(error: unknown): boolean {
  return error instanceof AttemptAborted && error.stuck;
}

/** A clean-up that fails must not take the place of what happened. */
async function discard(spool: SpoolWriter | undefined): Promise<void> {
  await spool?.discard().catch(() => undefined);
}

/** Every row from the cursor to the spool; the next batch is already being fetched while one is written. */
async function copyRows(
  clock: Clock,
  cursor: Cursor,
  spool: SpoolWriter,
  { onProgress, onFailure }: { readonly onProgress: () => void; readonly onFailure: () => void },
): Promise<void> {
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
    try {
      await spool.append(batch);
    } catch (error) {
      onFailure();
      await fetching.catch(() => undefined);
      throw error;
    }
    onProgress();
    if (clock.monotonicMs() - turnMs < longestTurnMs) continue;
    // Rows that are there already would keep everything else waiting: a cancel, a heartbeat, other sources.
    await setImmediate();
    turnMs = clock.monotonicMs();
  }
}

function resultOf(committed: CommittedSpool, roles: ReturnType<typeof resolveColumnRoles> | undefined): AttemptResult {
  const { files, columns, rows, bytes } = committed;
  return { rows, bytes, spool: { files, columns, ...(roles === undefined ? {} : { roles }) } };
}

/** The statement to run or to describe. */
export function statementOf(
  input: Pick<ExecuteInput, 'sql' | 'binds' | 'startDate' | 'source'> & { readonly runId?: string },
  zone: string,
): Statement {
  const binds = Object.entries(input.binds).map(([name, value]) => [name, { kind: 'value', value }] as const);
  return {
    sql: input.sql,
    binds: { ...Object.fromEntries(binds), start_date: { kind: 'instant', instant: lowerBoundInstant(input.startDate, zone) } },
    tag: `${input.runId ?? 'check'}:${input.source}`,
  };
}

/** After a cancel that the database confirmed, and after mistakes of the statement or of the disk, the session is as good as before. */
function isUsableAfter(error: unknown): boolean {
  if (error instanceof AttemptAborted) return error.confirmed;
  return error instanceof CamError && /^(sql|spool|disk)\./.test(error.failure.code);
}

function isConnectTimeout(error: unknown): boolean {
  return error instanceof AbortedError && error.reason.kind === 'timeout' && error.reason.what === 'connect';
}

function unreachable(endpoint: Endpoint, connectTimeoutMs: number, cause: unknown): CamError {
  const message = `${endpointLabel(endpoint)} did not answer the logon within ${String(connectTimeoutMs / 1000)} s.`;
  return new CamError(failure('db.unreachable', { message }), { cause });
}
