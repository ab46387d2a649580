/** The gates of all databases and what is known of their endpoints, for as long as the program runs and from one start to the next. */
import type { Clock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import type { Logger } from '../base/logger.ts';
import { type DatabaseConfig, type Endpoint, endpointLabel } from '../model/database.ts';
import { CamError, type Failure, failure } from '../model/failure.ts';
import type { EndpointStatus } from '../model/health.ts';
import { instantFromMs } from '../model/instant.ts';
import { Breaker } from '../resilience/breaker.ts';
import { DatabaseGate, type EndpointWatch } from '../run/database-gate.ts';
import { type HandClosing, HandClosings } from './hand-closings.ts';
import { type EndpointRecord, HealthFile } from './health-file.ts';

/** What the service is made of. */
export interface EndpointHealthPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Where it is kept. */
  readonly file: string;
  /** Where breakers stand that people have closed by hand, in this program or another one. */
  readonly closingsFile: string;
  /** As configured now. */
  readonly databases: () => readonly DatabaseConfig[];
}

/** The health of all endpoints. */
export class EndpointHealthService {
  /** Something about an endpoint that can be shown has changed. */
  readonly changed = new Emitter<EndpointStatus>();
  readonly #ports: EndpointHealthPorts;
  readonly #file: HealthFile;
  readonly #closings: HandClosings;
  /** When each endpoint was closed by hand last, in this program or another one. */
  readonly #closedAtMs = new Map<string, number>();
  readonly #gates = new Map<string, DatabaseGate>();
  readonly #endpoints = new Map<string, WatchedEndpoint>();
  /** As an earlier process left them. */
  readonly #kept = new Map<string, EndpointRecord>();
  /** Those of which this process has seen something. */
  readonly #seen = new Map<string, EndpointRecord>();

  private constructor(ports: EndpointHealthPorts, file: HealthFile, closings: HandClosings, kept: readonly EndpointRecord[]) {
    this.#ports = ports;
    this.#file = file;
    this.#closings = closings;
    for (const record of kept) this.#kept.set(keyOf(record.database, record.endpoint), record);
  }

  /** Reads what earlier processes left. Never fails: without it every endpoint is used. */
  static async open(ports: EndpointHealthPorts): Promise<EndpointHealthService> {
    const file = new HealthFile(ports.file, ports.logger);
    const closings = new HandClosings(ports.closingsFile, ports.logger);
    const health = new EndpointHealthService(ports, file, closings, await file.read());
    health.#hear(await closings.read());
    closings.follow((all) => {
      health.#hear(all);
    });
    return health;
  }

  /** The gate of a database, with the limits of this configuration from now on. */
  gateOf(database: DatabaseConfig): DatabaseGate {
    const known = this.#gates.get(database.name);
    if (known !== undefined) {
      known.configure(database);
      return known;
    }
    const gate = new DatabaseGate(database, this.#ports.clock, (configured, endpoint) => this.#watched(configured, endpoint));
    this.#gates.set(database.name, gate);
    return gate;
  }

  /** Every endpoint of every configured database, in the order of the configuration. */
  list(): readonly EndpointStatus[] {
    return this.#ports
      .databases()
      .flatMap((database) =>
        [database.endpoint, ...database.standbys].map((endpoint) => this.#watched(database, endpoint).status(database)),
      );
  }

  /** Lets an endpoint be asked again at once, in every program over this data folder. @throws CamError `not.found` */
  closeBreaker(name: string, label: string): void {
    const database = this.#ports.databases().find((candidate) => candidate.name === name);
    const endpoint = database && [database.endpoint, ...database.standbys].find((candidate) => endpointLabel(candidate) === label);
    if (database === undefined || endpoint === undefined) {
      throw new CamError(failure('not.found', { message: `No database ${name} with an endpoint ${label} is configured.` }));
    }
    this.#ports.logger.info('a breaker was closed by hand', { database: name, endpoint: label });
    const closing = { database: name, endpoint: label, atMs: this.#ports.clock.nowMs() };
    this.#closings.add(closing);
    this.#closedAtMs.set(keyOf(name, label), closing.atMs);
    this.#watched(database, endpoint).breaker.close();
    this.#tell(database, endpoint);
  }

  /** Resolves when what is known is on disk. */
  async close(): Promise<void> {
    await this.#closings.close();
    await this.#file.flush();
  }

  /** Closes what somebody has closed after it had opened here. */
  #hear(closings: readonly HandClosing[]): void {
    for (const { database: name, endpoint: label, atMs } of closings) {
      const key = keyOf(name, label);
      if (atMs <= (this.#closedAtMs.get(key) ?? Number.NEGATIVE_INFINITY)) continue;
      this.#closedAtMs.set(key, atMs);
      const database = this.#ports.databases().find((candidate) => candidate.name === name);
      const endpoint = database && [database.endpoint, ...database.standbys].find((candidate) => endpointLabel(candidate) === label);
      if (database === undefined || endpoint === undefined) continue;
      const { breaker } = this.#watched(database, endpoint);
      if (isBefore(breaker.record.openedAtMs, atMs)) breaker.close();
    }
  }

  #watched(database: DatabaseConfig, endpoint: Endpoint): WatchedEndpoint {
    const label = endpointLabel(endpoint);
    const key = keyOf(database.name, label);
    const known = this.#endpoints.get(key);
    const options = { ...database.policy.breaker, name: label };
    if (known !== undefined) {
      known.breaker.configure(options);
      return known;
    }
    const { clock } = this.#ports;
    const kept = this.#kept.get(key) ?? { database: database.name, endpoint: label, failures: 0 };
    const record = isBefore(kept.openedAtMs, this.#closedAtMs.get(key)) ? closed(kept) : kept;
    const watched = new WatchedEndpoint(record, new Breaker(clock, options, record), clock, () => {
      this.#tell(database, endpoint);
    });
    this.#endpoints.set(key, watched);
    watched.breaker.changed.on((state) => {
      this.#ports.logger.warn(`a breaker is ${state}`, {
        database: database.name,
        endpoint: label,
        failures: watched.breaker.record.failures,
      });
      this.#tell(database, endpoint);
    });
    return watched;
  }

  #tell(database: DatabaseConfig, endpoint: Endpoint): void {
    const watched = this.#watched(database, endpoint);
    const { record } = watched;
    this.#seen.set(keyOf(record.database, record.endpoint), record);
    this.#file.save([...this.#seen.values()]);
    this.changed.emit(watched.status(database));
  }
}

/** One endpoint. */
class WatchedEndpoint implements EndpointWatch {
  readonly breaker: Breaker;
  readonly #clock: Clock;
  readonly #onChange: () => void;
  #seen: EndpointRecord;

  constructor(seen: EndpointRecord, breaker: Breaker, clock: Clock, onChange: () => void) {
    this.#seen = seen;
    this.breaker = breaker;
    this.#clock = clock;
    this.#onChange = onChange;
  }

  answered(latencyMs?: number): void {
    this.#seen = {
      ...this.#seen,
      lastSuccessMs: this.#clock.nowMs(),
      ...(latencyMs === undefined ? {} : { latencyMs: Math.round(latencyMs * 10) / 10 }),
    };
    this.#onChange();
  }

  failed({ code, message, action, vendorCode }: Failure): void {
    if (!isOfEndpoint(code)) return;
    const lastFailure = { code, message, action, ...(vendorCode === undefined ? {} : { vendorCode }) };
    this.#seen = { ...this.#seen, lastFailureMs: this.#clock.nowMs(), lastFailure };
    this.#onChange();
  }

  get record(): EndpointRecord {
    const { openedAtMs: _earlier, ...seen } = this.#seen;
    return { ...seen, ...this.breaker.record };
  }

  status({ endpoint }: DatabaseConfig): EndpointStatus {
    const { database, endpoint: label, lastSuccessMs, latencyMs, lastFailureMs, lastFailure } = this.#seen;
    const { openUntilMs, record, state } = this.breaker;
    return {
      ...{ database, endpoint: label, breaker: state, isStandby: endpointLabel(endpoint) !== label, failures: record.failures },
      ...(openUntilMs === undefined ? {} : { openUntil: instantFromMs(openUntilMs) }),
      ...(lastSuccessMs === undefined ? {} : { lastSuccessAt: instantFromMs(lastSuccessMs) }),
      ...(latencyMs === undefined ? {} : { latencyMs }),
      ...(lastFailureMs === undefined ? {} : { lastFailureAt: instantFromMs(lastFailureMs) }),
      ...(lastFailure === undefined ? {} : { lastFailure }),
    };
  }
}

/** What says something about an endpoint, and not about a statement, a disk or a budget. */
function isOfEndpoint(code: Failure['code']): boolean {
  return code.startsWith('db.') || code.startsWith('worker.') || code === 'query.timeout' || code === 'rate.limited';
}

/** Whether it had opened when it was closed by hand. */
function isBefore(openedAtMs: number | undefined, closedAtMs: number | undefined): boolean {
  return openedAtMs !== undefined && closedAtMs !== undefined && openedAtMs <= closedAtMs;
}

function closed({ openedAtMs: _opened, ...record }: EndpointRecord): EndpointRecord {
  return { ...record, failures: 0 };
}

function keyOf(database: string, endpoint: string): string {
  return `${database}\n${endpoint}`;
}
