/** The inside of a database's own process: a few connections, sources executed side by side, each to exactly one outcome. */
import { abort, AbortedError, childController } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { Connection, ConnectTarget, Driver } from '../drivers/driver.ts';
import type { DriverLoader } from '../drivers/registry.ts';
import { budgetOutcome } from '../model/budget-reached.ts';
import type { Endpoint } from '../model/database.ts';
import { deadlineFailure } from '../model/deadline-failure.ts';
import { CamError, type Failure, failure, toFailure } from '../model/failure.ts';
import type { SourceOutcome } from '../model/run.ts';
import type { SpoolFactory } from '../spool/spool.ts';
import { type AttemptPorts, permitName, runAttempt } from './attempt.ts';
import { AttemptMeter } from './attempt-meter.ts';
import { AttemptAborted } from './cancel-ladder.ts';
import { ConnectionPool } from './connection-pool.ts';
import { LogonGate } from './logon-gate.ts';
import { check, ping } from './look-ups.ts';
import type {
  AttemptName,
  CheckInput,
  CheckOutput,
  ExecuteInput,
  ExecuteNotice,
  ExecuteOutput,
  OpenInput,
  PingInput,
  PingOutput,
} from './protocol.ts';
import { SessionTurns } from './session-turns.ts';
import { StatementPermits } from './statement-permits.ts';

/** What a session is made of. */
export interface SessionPorts {
  readonly drivers: DriverLoader;
  readonly spools: SpoolFactory;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** One database, as its process serves it. */
export interface DatabaseSession {
  /** One attempt. Always resolves: failures, timeouts and cancels are outcomes. */
  execute(input: ExecuteInput, notify: (notice: ExecuteNotice) => void, signal: AbortSignal): Promise<ExecuteOutput>;
  /** Lets an attempt that waits send its next statement. */
  proceed(attempt: AttemptName): void;
  /** Parses and describes; failures stand in the output. @throws AbortedError when cancelled */
  check(input: CheckInput, signal: AbortSignal): Promise<CheckOutput>;
  /** Asks an endpoint for a sign of life; a failure stands in the output. @throws AbortedError when cancelled */
  ping(input: PingInput, signal: AbortSignal): Promise<PingOutput>;
  /** Ends the connection that was kept for sources which share it. */
  endSession(session: string): Promise<void>;
  /** Places in use. */
  readonly busy: number;
  /** Cancels what runs, waits for it, and ends the connections. */
  close(): Promise<void>;
}

/** A session; connections are opened when first needed. */
export function createDatabaseSession(open: OpenInput, ports: SessionPorts): DatabaseSession {
  const { database } = open;
  const pool = new ConnectionPool(database.maxConcurrency);
  const gate = new LogonGate();
  let driver: Promise<Driver> | undefined;
  const attemptPorts: AttemptPorts = {
    database,
    pool,
    spools: ports.spools,
    clock: ports.clock,
    permits: new StatementPermits(),
    turns: new SessionTurns(),
    // All rungs together stay below the grace after which the process is killed from outside.
    ladder: { clock: ports.clock, askMs: open.cancelGraceMs * 0.5, cutMs: open.cancelGraceMs * 0.25 },
    connect: async (endpoint, signal): Promise<Connection> => {
      driver ??= ports.drivers(database.driver);
      const loaded = await driver;
      return gate.pass(endpoint, signal, () => loaded.connect(targetOf(open, endpoint), signal));
    },
  };
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();

  /** Runs under a signal that is also aborted when the session closes. */
  const tracked = async <T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const promise = work(AbortSignal.any([signal, closing.signal]));
    running.add(promise);
    try {
      return await promise;
    } finally {
      running.delete(promise);
    }
  };

  return {
    get busy() {
      return pool.used;
    },
    execute: (input, notify, signal) =>
      tracked(signal, (own) => execute(attemptPorts, input, notify, own, ports.logger.with({ source: input.source }))),
    proceed: (attempt) => {
      attemptPorts.permits.give(permitName(attempt));
    },
    check: (input, signal) => tracked(signal, (own) => check(attemptPorts, input, own)),
    ping: (input, signal) => tracked(signal, (own) => ping(attemptPorts, input, own)),
    endSession: (name) => pool.endSession(name),
    close: async () => {
      abort(closing, { kind: 'shutdown' });
      await Promise.allSettled(running);
      await pool.close();
    },
  };
}

async function execute(
  ports: AttemptPorts,
  input: ExecuteInput,
  notify: (notice: ExecuteNotice) => void,
  signal: AbortSignal,
  logger: Logger,
): Promise<ExecuteOutput> {
  const { controller, dispose } = childController(signal);
  const meter = new AttemptMeter(ports.clock, input.budget, (reason) => {
    abort(controller, reason);
  });
  try {
    const { rows, bytes, ...left } = await runAttempt(ports, input, { meter, notify }, controller.signal);
    return { outcome: { kind: 'completed', rows, bytes, nullIds: 0, nullTimes: 0 }, wasTried: true, cost: meter.cost, ...left };
  } catch (error) {
    const outcome = outcomeOf(error, input.budget.spent.rows + meter.cost.rows);
    if (outcome.kind === 'failed' && outcome.failure.code === 'internal')
      logger.error('an attempt ended by a mistake', { ...outcome.failure });
    return { outcome, wasTried: true, cost: meter.cost, ...(isStuck(error) ? { stuck: true as const } : {}) };
  } finally {
    dispose();
  }
}

/** Whether a call was left hanging, be it the reason of the error or the cause of that reason. */
function isStuck(error: unknown): boolean {
  const aborted = error instanceof CamError ? error.cause : error;
  return aborted instanceof AttemptAborted && aborted.stuck;
}

/**
 * The outcome that an error of an attempt means: a cancel, a timeout, a budget and a failure are different ends.
 * @param rows that have come, in all attempts
 */
function outcomeOf(error: unknown, rows: number): SourceOutcome {
  if (!(error instanceof AbortedError)) return outcomeOfFailure(toFailure(error));
  const { reason } = error;
  const what = error instanceof AttemptAborted ? error.what : undefined;
  const confirmed = !(error instanceof AttemptAborted) || error.confirmed;
  const doubt = `the database did not confirm that the ${what ?? ''} has ended`;
  if (reason.kind === 'timeout') {
    const isOfRun = reason.what === 'run';
    const limit = isOfRun ? 'The run reached its deadline' : 'The query did not end within its limit';
    const message = `${limit} of ${String(reason.afterMs / 1000)} s${confirmed ? '' : `; ${doubt}`}.`;
    return { kind: 'timeout', failure: isOfRun ? deadlineFailure(message) : failure('query.timeout', { message }) };
  }
  if (reason.kind === 'budget') return budgetOutcome(reason, rows, confirmed ? undefined : doubt);
  const opening = reason.kind === 'cancel' ? 'Cancelled' : 'Ended because the program was closed';
  if (what === undefined) return { kind: 'cancelled', confirmed, note: `${opening} before the statement was sent to the database.` };
  const how = confirmed ? 'the database has ended the statement' : `${doubt}, so the connection was cut`;
  return { kind: 'cancelled', confirmed, note: `${opening}; ${how}.` };
}

/** Somebody else, a DBA or the server's own rules, may cancel a statement too. */
function outcomeOfFailure(value: Failure): SourceOutcome {
  if (value.code !== 'query.cancelled') return { kind: 'failed', failure: value };
  const by = value.vendorCode === undefined ? '' : ` (${value.vendorCode})`;
  return { kind: 'cancelled', confirmed: true, note: `${value.message.replace(/\.$/, '')}${by}. ${value.action}` };
}

function targetOf(open: OpenInput, endpoint: Endpoint): ConnectTarget {
  const { database, oracleClient, clientIdentifier, password } = open;
  return {
    endpoint,
    authentication: database.authentication,
    ...(password === undefined ? {} : { password }),
    ...(database.defaultSchema === undefined ? {} : { defaultSchema: database.defaultSchema }),
    zone: database.zone,
    connectTimeoutMs: database.connectTimeoutMs,
    clientIdentifier,
    oracleClient,
    options: database.options,
  };
}
