/** Kerberos tickets and the Oracle client library, looked at before anybody waits for a logon that must fail. */
import { Emitter } from '../base/emitter.ts';
import { checkInstantClient } from '../kerberos/instant-client.ts';
import { loadInProcess } from '../kerberos/oracle-load.ts';
import { checkTicket } from '../kerberos/preflight.ts';
import { TicketWatcher } from '../kerberos/ticket-watcher.ts';
import type { Configuration, DatabaseConfig } from '../model/database.ts';
import { type Failure, failure } from '../model/failure.ts';
import { instantFromMs } from '../model/instant.ts';
import { type DatabaseTicket, type InstantClientCheck, type PreflightView, ticketFailure } from '../model/preflight.ts';
import type { AppPorts } from './app-ports.ts';
import type { ConfigService } from './config-service.ts';

interface WatchedTicket {
  readonly databases: readonly string[];
  readonly watcher: TicketWatcher;
}

/** Watches the tickets of the configured databases; which ones follows the configuration. */
export class PreflightService {
  readonly changed = new Emitter<PreflightView>();
  readonly #ports: AppPorts;
  readonly #config: ConfigService;
  readonly #stopListening: () => void;
  #watched: readonly WatchedTicket[] = [];
  #instantClient: { readonly folder: string | undefined; readonly check: Promise<InstantClientCheck> } | undefined;
  #knownClient: InstantClientCheck | undefined;
  #runEndsMs: () => number | undefined = () => undefined;
  #prepareRuns: () => Promise<void> = () => Promise.resolve();

  constructor(ports: AppPorts, config: ConfigService) {
    this.#ports = ports;
    this.#config = config;
    this.#follow();
    this.#stopListening = config.changed.on(() => {
      this.#follow();
    });
  }

  /**
   * Names who knows when a run is expected to end, in milliseconds since 1970: a ticket that ends before it is warned about. `prepare`
   * resolves when that can be known.
   */
  expectRuns(endsMs: () => number | undefined, prepare: () => Promise<void>): void {
    this.#runEndsMs = endsMs;
    this.#prepareRuns = prepare;
  }

  /** Checks everything now. */
  async check(): Promise<PreflightView> {
    this.#instantClient = undefined;
    if (this.#watched.length > 0) await this.#prepareRuns();
    await Promise.all([...this.#watched.map(({ watcher }) => watcher.checkNow()), this.#clientCheck()]);
    return this.#view();
  }

  /** Why a logon on this database cannot succeed, judged now; `undefined` where nothing is known against it. */
  async obstacle(database: DatabaseConfig): Promise<Failure | undefined> {
    if (!needsKerberos(database)) return undefined;
    const watched = this.#watched.find(({ databases }) => databases.includes(database.name));
    const ticket = await watched?.watcher.checkNow();
    const client = await this.#clientCheck();
    return (ticket === undefined ? undefined : ticketFailure(ticket)) ?? clientFailure(client);
  }

  /** Ends the watching. */
  dispose(): void {
    this.#stopListening();
    for (const { watcher } of this.#watched) watcher.dispose();
    this.#watched = [];
  }

  #follow(): void {
    for (const { watcher } of this.#watched) watcher.dispose();
    this.#instantClient = undefined;
    this.#knownClient = undefined;
    const configuration = this.#configuration();
    this.#watched = configuration === undefined ? [] : groupByTicket(configuration).map((group) => this.#watch(configuration, group));
  }

  #watch(configuration: Configuration, databases: readonly DatabaseConfig[]): WatchedTicket {
    const [first] = databases;
    const { krb5Cache, krb5Conf } = configuration.settings.oracleClient;
    const own = first?.authentication.kind === 'kerberos' ? first.authentication : undefined;
    const cache = own?.cache ?? krb5Cache;
    const watcher = new TicketWatcher({
      clock: this.#ports.clock,
      check: () => {
        const runEndsMs = this.#runEndsMs();
        return checkTicket({
          machine: this.#ports.machine,
          nowMs: this.#ports.clock.nowMs(),
          ...(runEndsMs === undefined ? {} : { runEndsMs }),
          ...(cache === undefined ? {} : { cache }),
          ...(krb5Conf === undefined ? {} : { krb5Conf }),
          ...(own?.principal === undefined ? {} : { principal: own.principal }),
        });
      },
    });
    watcher.onChange(() => {
      this.changed.emit(this.#view());
    });
    return { databases: databases.map(({ name }) => name), watcher };
  }

  async #clientCheck(): Promise<InstantClientCheck | undefined> {
    const configuration = this.#configuration();
    if (!configuration?.databases.some(needsKerberos)) return undefined;
    const folder = configuration.settings.oracleClient.instantClientDir;
    this.#instantClient ??= {
      folder,
      check: checkInstantClient({
        ...(folder === undefined ? {} : { folder }),
        platform: this.#ports.machine.platform,
        architecture: process.arch,
        load: loadInProcess({
          start: (directory, environment) => this.#ports.spawn('oracle-probe', directory, environment),
          libraryPath: this.#ports.environment.LD_LIBRARY_PATH,
          clock: this.#ports.clock,
        }),
      }),
    };
    this.#knownClient = await this.#instantClient.check;
    return this.#knownClient;
  }

  #view(): PreflightView {
    const tickets = this.#watched.flatMap(({ databases, watcher }): DatabaseTicket[] =>
      watcher.last === undefined ? [] : [{ databases, preflight: watcher.last }],
    );
    const client = this.#knownClient;
    const blocked = this.#blocked(tickets);
    const runEndsMs = tickets.length === 0 ? undefined : this.#runEndsMs();
    return {
      tickets,
      ...(runEndsMs === undefined ? {} : { runEndsAt: instantFromMs(runEndsMs) }),
      ...(client === undefined ? {} : { instantClient: client }),
      ...(blocked === undefined ? {} : { blocked }),
    };
  }

  /** A run is worth starting as long as one database can be entered. */
  #blocked(tickets: readonly DatabaseTicket[]): Failure | undefined {
    const databases = this.#configuration()?.databases ?? [];
    if (databases.length === 0 || !databases.every(needsKerberos)) return undefined;
    const client = clientFailure(this.#knownClient);
    if (client !== undefined) return client;
    const failures = tickets.map(({ preflight }) => ticketFailure(preflight));
    return failures.every((found) => found !== undefined) ? failures[0] : undefined;
  }

  #configuration(): Configuration | undefined {
    return this.#config.view().problems.length > 0 ? undefined : this.#config.current();
  }
}

function needsKerberos(database: DatabaseConfig): boolean {
  return database.authentication.kind === 'kerberos';
}

function groupByTicket({ databases }: Configuration): readonly (readonly DatabaseConfig[])[] {
  const groups = new Map<string, DatabaseConfig[]>();
  for (const database of databases.filter(needsKerberos)) {
    const key = JSON.stringify(database.authentication);
    groups.set(key, [...(groups.get(key) ?? []), database]);
  }
  return [...groups.values()];
}

function clientFailure(client: InstantClientCheck | undefined): Failure | undefined {
  const worst = client?.messages.find((message) => message.level === 'blocked');
  if (worst === undefined) return undefined;
  const detail = client?.detail;
  return failure('db.client-missing', { message: worst.message, action: worst.action, ...(detail === undefined ? {} : { detail }) });
}
