/** A dry run: every database is entered, every statement parsed and described, nothing is run and nothing changed. */
import { AbortedError, abort, onAbort } from '../base/abort.ts';
import { menderOf, type CheckReport, type SourceCheck, type StandbyCheck } from '../model/check.ts';
import { type DatabaseConfig, endpointLabel, type QueryConfig } from '../model/database.ts';
import { type Failure, failure, toFailure } from '../model/failure.ts';
import { addHours, instantFromMs } from '../model/instant.ts';
import { sourceIdOf } from '../model/plan.ts';
import type { DatabaseGate, GateCaller } from '../run/database-gate.ts';
import type { CreateDatabaseWorker } from '../run/ports.ts';
import type { DatabaseWorker } from '../worker/supervisor.ts';
import { Slots } from '../run/slots.ts';
import type { AppPorts } from './app-ports.ts';
import type { ConfigService } from './config-service.ts';
import { gatedCheck, gatedPing } from './gated-look-ups.ts';

/** How long a check may take: until everything is asked to end, and until what does not is ended, in milliseconds. */
export interface CheckLimits {
  readonly askMs: number;
  readonly endMs: number;
}

/** Half a minute in all, what comes before and after it included. */
const halfAMinute: CheckLimits = { askMs: 27_000, endMs: 28_500 };

interface DatabaseCheck {
  readonly sources: readonly SourceCheck[];
  readonly standbys: readonly StandbyCheck[];
}

interface Checking {
  readonly database: DatabaseConfig;
  readonly query: QueryConfig;
  readonly worker: DatabaseWorker;
  readonly caller: GateCaller;
}

/** What all databases of one check share. */
interface Round {
  readonly slots: Slots;
  readonly maxFanout: number;
  readonly limits: CheckLimits;
  readonly signal: AbortSignal;
  /** Aborted when nothing is waited for any more. */
  readonly lastCall: AbortSignal;
}

/** Checks all sources at once, within half a minute. */
export class CheckService {
  readonly #ports: AppPorts;
  readonly #config: ConfigService;
  readonly #createWorker: CreateDatabaseWorker;
  readonly #gateOf: (database: DatabaseConfig) => DatabaseGate;

  constructor(
    ports: AppPorts,
    config: ConfigService,
    { createWorker, gateOf }: { readonly createWorker: CreateDatabaseWorker; readonly gateOf: (database: DatabaseConfig) => DatabaseGate },
  ) {
    this.#ports = ports;
    this.#config = config;
    this.#createWorker = createWorker;
    this.#gateOf = gateOf;
  }

  /** @throws CamError `config.invalid` while the configuration has problems */
  async check(limits: CheckLimits = halfAMinute): Promise<CheckReport> {
    const { databases, settings } = this.#config.current();
    const begin = this.#ports.clock.monotonicMs();
    const asking = this.#limit(limits.askMs);
    const ending = this.#limit(limits.endMs);
    const { maxFanout } = settings;
    const round = { slots: new Slots(maxFanout), maxFanout, limits, signal: asking.signal, lastCall: ending.signal };
    try {
      const checks = await Promise.all(databases.map((database) => this.#checkDatabase(database, round)));
      return {
        sources: checks.flatMap(({ sources }) => sources),
        standbys: checks.flatMap(({ standbys }) => standbys),
        durationMs: Math.round(this.#ports.clock.monotonicMs() - begin),
      };
    } finally {
      asking.clear();
      ending.clear();
    }
  }

  /** A signal that is aborted after `afterMs`, unless it is cleared. */
  #limit(afterMs: number): { readonly signal: AbortSignal; readonly clear: () => void } {
    const controller = new AbortController();
    const clear = this.#ports.clock.setTimer(afterMs, () => {
      abort(controller, { kind: 'timeout', afterMs, what: 'run' });
    });
    return { signal: controller.signal, clear };
  }

  async #checkDatabase(database: DatabaseConfig, round: Round): Promise<DatabaseCheck> {
    let release: (() => void) | undefined;
    let worker: DatabaseWorker | undefined;
    const { signal } = round;
    const stop = onAbort(round.lastCall, () => {
      worker?.kill();
    });
    try {
      release = await round.slots.take(signal);
      const opened = this.#createWorker(database, () => undefined);
      worker = opened;
      const gate = this.#gateOf(database);
      const sources = database.queries.map((query) =>
        this.#checkSource({ database, query, worker: opened, caller: gate.caller(database.endpoint) }, round),
      );
      const standbys = database.standbys.map((_, index) => checkStandby({ gate, database, place: index + 1, worker: opened }, round));
      return { sources: await Promise.all(sources), standbys: await Promise.all(standbys) };
    } catch (error) {
      const problem = release === undefined ? failureOfWaiting(error, round) : failureOf(error, round);
      return {
        sources: database.queries.map((query) => failed(database, query, problem)),
        standbys: database.standbys.map((endpoint) => ({ database: database.name, endpoint: endpointLabel(endpoint), failure: problem })),
      };
    } finally {
      await worker?.close().catch(() => undefined);
      stop();
      release?.();
    }
  }

  async #checkSource({ database, query, worker, caller }: Checking, round: Round): Promise<SourceCheck> {
    try {
      const now = instantFromMs(this.#ports.clock.nowMs());
      const output = await gatedCheck(
        caller,
        worker,
        {
          source: sourceIdOf(database.name, query.name),
          sql: query.sql,
          binds: query.binds,
          lists: Object.keys(query.bindsFrom),
          startDate: addHours(now, -24),
          ...(query.userColumn === undefined ? {} : { userColumn: query.userColumn }),
          ...(query.timeColumn === undefined ? {} : { timeColumn: query.timeColumn }),
          needsRoles: query.changeType !== null,
        },
        round.signal,
      );
      const { failure: problem, ...found } = output;
      const check = { source: sourceIdOf(database.name, query.name), database: database.name, query: query.name, ...found };
      return problem === undefined ? check : { ...check, failure: problem, mender: menderOf(problem) };
    } catch (error) {
      return failed(database, query, failureOf(error, round));
    }
  }
}

async function checkStandby(
  {
    gate,
    database,
    place,
    worker,
  }: { readonly gate: DatabaseGate; readonly database: DatabaseConfig; readonly place: number; readonly worker: DatabaseWorker },
  round: Round,
): Promise<StandbyCheck> {
  const endpoint = endpointLabel(database.standbys[place - 1] ?? database.endpoint);
  const base = { database: database.name, endpoint };
  try {
    const { latencyMs, replica, failure: problem } = await gatedPing(gate, database, place, worker, round.signal);
    return {
      ...base,
      ...(latencyMs === undefined ? {} : { latencyMs: Math.round(latencyMs) }),
      ...(replica?.lagMs === undefined ? {} : { lagMs: replica.lagMs }),
      ...(replica?.reason === undefined ? {} : { lagUnknown: replica.reason }),
      ...(problem === undefined ? {} : { failure: problem }),
    };
  } catch (error) {
    return { ...base, failure: failureOf(error, round) };
  }
}

function failed(database: DatabaseConfig, query: QueryConfig, problem: Failure): SourceCheck {
  return {
    source: sourceIdOf(database.name, query.name),
    database: database.name,
    query: query.name,
    endpoint: endpointLabel(database.endpoint),
    columns: [],
    failure: problem,
    mender: menderOf(problem),
  };
}

function failureOf(error: unknown, { limits }: Round): Failure {
  if (!(error instanceof AbortedError)) return toFailure(error);
  return failure('db.unreachable', { message: `The database did not answer within ${String(limits.askMs / 1000)} s.` });
}

/** Nothing is known of a database whose turn did not come. */
function failureOfWaiting(error: unknown, { limits, maxFanout }: Round): Failure {
  if (!(error instanceof AbortedError)) return toFailure(error);
  const places = `${String(maxFanout)} ${maxFanout === 1 ? 'database is' : 'databases are'} checked at a time (max_fanout)`;
  return failure('query.cancelled', {
    message: `It was not asked: ${places}, and its turn did not come within ${String(limits.askMs / 1000)} s.`,
    action: 'Mend the databases that do not answer, then check again.',
  });
}
