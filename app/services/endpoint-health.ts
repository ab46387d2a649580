/** The gates of all databases and what is known of their endpoints, for as long as the program runs and from one start to the next. */
import type { Clock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import type { Logger } from '../base/logger.ts';
import { type DatabaseConfig, type Endpoint, endpointLabel } from '../model/database.ts';
import { CamError, type Failure, failure } from '../model/failure.ts';
import type { EndpointStatus } from '../model/health.ts';
import { Breaker } from '../resilience/breaker.ts';
import { DatabaseGate } from '../run/database-gate.ts';
import { type HandClosing, HandClosings } from './hand-closings.ts';
import { type EndpointRecord, HealthFile } from './health-file.ts';
import { refusalOf, untilAPersonAsks } from './refused-logons.ts';
import { WatchedEndpoint } from './watched-endpoint.ts';

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
    // First listened, then read: what is added in between is in one of them.
    closings.follow((all) => {
      health.#hear(all);
    });
    health.#hear(await closings.read());
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
    return this.#ports.databases().flatMap((database) => this.#endpointsOf(database).map((watched) => watched.status(database)));
  }

  /**
   * Databases whose last logon was refused, by name, with what is told of them where no person asks. What other programs have seen
   * counts too: the account is the same.
   */
  async refusedLogons(): Promise<ReadonlyMap<string, Failure>> {
    await this.#file.flush();
    const kept = await this.#file.read();
    return new Map(
      this.#ports.databases().flatMap((database) => {
        const own = this.#endpointsOf(database).map(({ record }) => record);
        const refusal = refusalOf([...own, ...kept.filter((record) => record.database === database.name)]);
        return refusal === undefined ? [] : [[database.name, untilAPersonAsks(refusal)]];
      }),
    );
  }

  /** Lets an endpoint be asked again at once, in every program over this data folder. @throws CamError `not.found` */
  closeBreaker(name: string, label: string): void {
    const found = this.#find(name, label);
    if (found === undefined) {
      throw new CamError(failure('not.found', { message: `No database ${name} with an endpoint ${label} is configured.` }));
    }
    this.#ports.logger.info('a breaker was closed by hand', { database: name, endpoint: label });
    const closing = { database: name, endpoint: label, atMs: this.#ports.clock.nowMs() };
    this.#closings.add(closing);
    this.#closedAtMs.set(keyOf(name, label), closing.atMs);
    const { database, endpoint } = found;
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
      const found = this.#find(name, label);
      if (found === undefined) continue;
      const { breaker } = this.#watched(found.database, found.endpoint);
      if (isBefore(breaker.record.openedAtMs, atMs)) breaker.close();
    }
  }

  #find(name: string, label: string): { readonly database: DatabaseConfig; readonly endpoint: Endpoint } | undefined {
    const database = this.#ports.databases().find((candidate) => candidate.name === name);
    const endpoint = database && [database.endpoint, ...database.standbys].find((candidate) => endpointLabel(candidate) === label);
    return database === undefined || endpoint === undefined ? undefined : { database, endpoint };
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
    const watched = new WatchedEndpoint(record, new Breaker(clock, options, record), clock, {
      onChange: () => {
        this.#tell(database, endpoint);
      },
      onAnswer: (sinceMs) => {
        for (const each of this.#endpointsOf(database)) each.forgetRefusal(sinceMs);
      },
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

  #endpointsOf(database: DatabaseConfig): readonly WatchedEndpoint[] {
    return [database.endpoint, ...database.standbys].map((endpoint) => this.#watched(database, endpoint));
  }

  #tell(database: DatabaseConfig, endpoint: Endpoint): void {
    const watched = this.#watched(database, endpoint);
    const { record } = watched;
    this.#seen.set(keyOf(record.database, record.endpoint), record);
    this.#file.save([...this.#seen.values()]);
    this.changed.emit(watched.status(database));
  }
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
