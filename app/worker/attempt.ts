/** One attempt of one source: connect, execute, every row into a spool, commit. One time limit holds for all of it. */
import { AbortedError } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import type { Connection } from '../drivers/driver.ts';
import type { DatabaseConfig, Endpoint } from '../model/database.ts';
import { endpointLabel } from '../model/database.ts';
import { CamError, failure } from '../model/failure.ts';
import { type PauseDeadline, withDeadline } from '../resilience/deadline.ts';
import type { SpoolFactory } from '../spool/spool.ts';
import type { AttemptMeter } from './attempt-meter.ts';
import { AttemptAborted, type CancelLadder, withCancelLadder } from './cancel-ladder.ts';
import type { ConnectionPool, PoolPlace } from './connection-pool.ts';
import { ProgressThrottle } from './progress-throttle.ts';
import type { AttemptName, ExecuteInput, ExecuteNotice } from './protocol.ts';
import { type AttemptResult, spoolStatements } from './spool-statements.ts';
import type { SessionTurns } from './session-turns.ts';
import type { StatementPermits } from './statement-permits.ts';

const progressEveryMs = 100;

/** What attempts of one database share. */
export interface AttemptPorts {
  readonly database: DatabaseConfig;
  readonly pool: ConnectionPool;
  readonly spools: SpoolFactory;
  readonly clock: Clock;
  readonly permits: StatementPermits;
  readonly turns: SessionTurns;
  readonly ladder: Pick<CancelLadder, 'clock' | 'askMs' | 'cutMs'>;
  readonly connect: (endpoint: Endpoint, signal: AbortSignal) => Promise<Connection>;
}

/** What one attempt is made with. */
export interface AttemptTools {
  readonly meter: AttemptMeter;
  readonly notify: (notice: ExecuteNotice) => void;
}

/** The name under which an attempt waits for a permit. */
export function permitName({ runId, source, attempt }: AttemptName): string {
  return `${runId} ${source} ${String(attempt)}`;
}

/**
 * Runs an attempt. Nothing of it is left behind unless it succeeds.
 * @throws CamError on failure; AbortedError before anything was sent; AttemptAborted afterwards
 */
export async function runAttempt(
  ports: AttemptPorts,
  input: ExecuteInput,
  { meter, notify }: AttemptTools,
  signal: AbortSignal,
): Promise<AttemptResult> {
  const { database, clock, pool, permits, spools, ladder } = ports;
  const endpoint = endpointOf(database, input.endpoint);
  const state = (status: 'waiting' | 'connecting' | 'running'): void => {
    notify({ kind: 'state', status });
  };
  const throttle = new ProgressThrottle<ExecuteNotice>(clock, progressEveryMs, notify);
  if (!pool.hasPlace) state('waiting');
  const limitedWork = async (used: UsedPlace, limited: AbortSignal, pause: PauseDeadline): Promise<AttemptResult> => {
    const connection = await connectionOf(ports, used.place, { endpoint, session: input.session }, limited, () => {
      state('connecting');
    });
    used.connection = connection;
    state('running');
    const permit = async (waiting: AbortSignal): Promise<void> => {
      const resume = pause();
      try {
        await permits.wait(permitName(input), () => notify({ kind: 'statement' }), waiting);
      } finally {
        resume();
      }
    };
    const onProgress = (rows: number, bytes: number): void => {
      throttle.push({ kind: 'progress', rows, bytes, cost: meter.cost });
    };
    return spoolStatements({ clock, spools, ladder, database, meter, permit, onProgress }, connection, input, limited);
  };
  try {
    const attempt = (): Promise<AttemptResult> =>
      withPlace(ports, signal, (used) =>
        withDeadline(clock, input.timeoutMs, 'attempt', (limited, pause) => limitedWork(used, limited, pause), signal),
      );
    return await ports.turns.take(input.session, attempt, signal);
  } finally {
    throttle.stop();
    meter.ended();
  }
}

/** The primary or a standby of the database. @throws CamError `request.invalid` where it has no such endpoint */
export function endpointOf({ endpoint, standbys }: DatabaseConfig, place: number): Endpoint {
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
  { endpoint, session }: { readonly endpoint: Endpoint; readonly session?: string | undefined },
  signal: AbortSignal,
  onConnecting: () => void,
): Promise<Connection> {
  const idle = place.takeIdle(endpoint, session);
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

/** After a cancel that the database confirmed, and after mistakes of the statement or of the disk, the session is as good as before. */
function isUsableAfter(error: unknown): boolean {
  if (error instanceof AttemptAborted) return error.usable;
  return error instanceof CamError && /^(sql|spool|disk)\./.test(error.failure.code);
}

function isConnectTimeout(error: unknown): boolean {
  return error instanceof AbortedError && error.reason.kind === 'timeout' && error.reason.what === 'connect';
}

function unreachable(endpoint: Endpoint, connectTimeoutMs: number, cause: unknown): CamError {
  const message = `${endpointLabel(endpoint)} did not answer the logon within ${String(connectTimeoutMs / 1000)} s.`;
  return new CamError(failure('db.unreachable', { message }), { cause });
}
