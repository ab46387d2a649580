/** A dry run: every database is entered, every statement parsed and described, nothing is run and nothing changed. */
import { AbortedError, abort } from '../base/abort.ts';
import { menderOf, type CheckReport, type SourceCheck } from '../model/check.ts';
import { type DatabaseConfig, endpointLabel, type QueryConfig } from '../model/database.ts';
import { type Failure, failure, toFailure } from '../model/failure.ts';
import { addHours, instantFromMs } from '../model/instant.ts';
import { sourceIdOf } from '../model/run.ts';
import type { CreateDatabaseWorker, DatabaseWorker } from '../run/ports.ts';
import { Slots } from '../run/slots.ts';
import type { AppPorts } from './app-ports.ts';
import type { ConfigService } from './config-service.ts';

const limitMs = 30_000;

/** Checks all sources at once, within 30 seconds. */
export class CheckService {
  readonly #ports: AppPorts;
  readonly #config: ConfigService;
  readonly #createWorker: CreateDatabaseWorker;

  constructor(ports: AppPorts, config: ConfigService, createWorker: CreateDatabaseWorker) {
    this.#ports = ports;
    this.#config = config;
    this.#createWorker = createWorker;
  }

  /** @throws CamError `config.invalid` while the configuration has problems */
  async check(): Promise<CheckReport> {
    const { databases, settings } = this.#config.current();
    const begin = this.#ports.clock.monotonicMs();
    const controller = new AbortController();
    const clear = this.#ports.clock.setTimer(limitMs, () => {
      abort(controller, { kind: 'timeout', afterMs: limitMs, what: 'run' });
    });
    const slots = new Slots(settings.maxFanout);
    try {
      const checks = await Promise.all(databases.map((database) => this.#checkDatabase(database, slots, controller.signal)));
      return { sources: checks.flat(), durationMs: Math.round(this.#ports.clock.monotonicMs() - begin) };
    } finally {
      clear();
    }
  }

  async #checkDatabase(database: DatabaseConfig, slots: Slots, signal: AbortSignal): Promise<readonly SourceCheck[]> {
    let release: (() => void) | undefined;
    let worker: DatabaseWorker | undefined;
    try {
      release = await slots.take(signal);
      const opened = this.#createWorker(database, () => undefined);
      worker = opened;
      return await Promise.all(database.queries.map((query) => this.#checkSource(database, query, opened, signal)));
    } catch (error) {
      return database.queries.map((query) => failed(database, query, failureOf(error)));
    } finally {
      await worker?.close().catch(() => undefined);
      release?.();
    }
  }

  async #checkSource(database: DatabaseConfig, query: QueryConfig, worker: DatabaseWorker, signal: AbortSignal): Promise<SourceCheck> {
    try {
      const now = instantFromMs(this.#ports.clock.nowMs());
      const output = await worker.check(
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
        { signal },
      );
      const { failure: problem, ...found } = output;
      const check = { source: sourceIdOf(database.name, query.name), database: database.name, query: query.name, ...found };
      return problem === undefined ? check : { ...check, failure: problem, mender: menderOf(problem) };
    } catch (error) {
      return failed(database, query, failureOf(error));
    }
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

function failureOf(error: unknown): Failure {
  if (!(error instanceof AbortedError)) return toFailure(error);
  return failure('db.unreachable', { message: `The database did not answer within ${String(limitMs / 1000)} s.` });
}
