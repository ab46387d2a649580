/** Pings of databases that nobody asks, where the configuration wants them: whoever looks at the panel knows what is there before a run. */
import { abort, AbortedError } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { DatabaseConfig } from '../model/database.ts';
import { CamError, toFailure } from '../model/failure.ts';
import type { EndpointStatus } from '../model/health.ts';
import { msOfInstant } from '../model/instant.ts';
import type { CreateDatabaseWorker } from '../run/ports.ts';
import { Slots } from '../run/slots.ts';
import type { EndpointHealthService } from './endpoint-health.ts';
import { gatedPing } from './gated-look-ups.ts';

/** What pings are made of. */
export interface EndpointPingsPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly health: Pick<EndpointHealthService, 'gateOf' | 'list'>;
  readonly createWorker: CreateDatabaseWorker;
}

/** So many databases are pinged at a time, each in a process of its own. */
const atATime = 2;

/** The pings of all databases. */
export class EndpointPings {
  readonly #ports: EndpointPingsPorts;
  readonly #slots = new Slots(atATime);
  readonly #closing = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #clearTimers: (() => void)[] = [];

  constructor(ports: EndpointPingsPorts) {
    this.#ports = ports;
  }

  /** Pings these databases from now on, as far as they want it, and no others. */
  follow(databases: readonly DatabaseConfig[]): void {
    for (const clear of this.#clearTimers.splice(0)) clear();
    if (this.#closing.signal.aborted) return;
    this.#clearTimers = databases.flatMap((database) => {
      const { healthCheckMs } = database.policy;
      return healthCheckMs === undefined ? [] : [this.#every(healthCheckMs, () => this.#ping(database, healthCheckMs))];
    });
  }

  /** Ends the pings; resolves when none is under way. */
  async close(): Promise<void> {
    abort(this.#closing, { kind: 'shutdown' });
    this.follow([]);
    await Promise.all(this.#running);
  }

  /** The next pause begins when the ping has ended. */
  #every(pauseMs: number, work: () => Promise<void>): () => void {
    let isOver = false;
    let clear: () => void = () => undefined;
    const next = (): void => {
      clear = this.#ports.clock.setTimer(pauseMs, () => {
        const running = work().finally(() => {
          this.#running.delete(running);
          if (!isOver) next();
        });
        this.#running.add(running);
      });
    };
    next();
    return () => {
      isOver = true;
      clear();
    };
  }

  async #ping(database: DatabaseConfig, pauseMs: number): Promise<void> {
    const places = [0, ...database.standbys.map((_, index) => index + 1)];
    const known = this.#ports.health.list().filter((status) => status.database === database.name);
    const wanted = places.filter((place) => this.#isWanted(known[place], pauseMs));
    if (wanted.length === 0 || isRefused(known)) return;
    try {
      const release = await this.#slots.take(this.#closing.signal);
      const worker = this.#ports.createWorker(database, () => undefined);
      try {
        const gate = this.#ports.health.gateOf(database);
        for (const place of wanted) await this.#pingOne(() => gatedPing(gate, database, place, worker, this.#closing.signal));
      } finally {
        await worker.close().catch(() => undefined);
        release();
      }
    } catch (error) {
      if (!(error instanceof AbortedError))
        this.#ports.logger.warn('a ping failed', { database: database.name, failure: toFailure(error) });
    }
  }

  /** An endpoint that is left alone is left alone by pings too. */
  async #pingOne(ping: () => Promise<unknown>): Promise<void> {
    try {
      await ping();
    } catch (error) {
      if (!(error instanceof CamError)) throw error;
    }
  }

  /** What has been seen within the pause is not idle. */
  #isWanted(known: EndpointStatus | undefined, pauseMs: number): boolean {
    const seenMs = [known?.lastSuccessAt, known?.lastFailureAt].map((at) => (at === undefined ? 0 : msOfInstant(at)));
    return this.#ports.clock.nowMs() - Math.max(...seenMs) >= pauseMs;
  }
}

/**
 * A logon that was refused is not tried again by itself: that would lock the account, which is the same at all endpoints. A later logon
 * that succeeds, because a person asked for it, ends this.
 */
function isRefused(endpoints: readonly EndpointStatus[]): boolean {
  return endpoints.some(({ refusedLogon }) => refusedLogon !== undefined);
}
