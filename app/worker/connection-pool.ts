/** A few connections to one database, opened when needed and used again; as many statements at a time as there are places. */
import { AbortedError, onAbort } from '../base/abort.ts';
import type { Connection } from '../drivers/driver.ts';
import type { Endpoint } from '../model/database.ts';

/** A place in the pool: the right to use one connection. */
export interface PoolPlace {
  /**
   * An idle connection to the endpoint, which is then in use; `undefined` where a new one must be opened. With a session it is the
   * connection that the session had, where that is there; without one it is nobody's.
   */
  takeIdle(endpoint: Endpoint, session?: string): Connection | undefined;
  /** Gives the place back, once. A connection that is kept is used again, by its session alone; without one, or dropped, it is cut. */
  release(connection?: Connection, how?: 'keep' | 'drop'): void;
}

interface Idle {
  readonly endpoint: Endpoint;
  readonly connection: Connection;
  /** Whose it is; kept for them, and above the number of places while it waits. */
  readonly session: string | undefined;
}

/** The pool. */
export class ConnectionPool {
  readonly #places: number;
  #used = 0;
  #closed = false;
  readonly #waiting: (() => void)[] = [];
  #idle: Idle[] = [];

  /** `places`: connections at most, in use and idle together. */
  constructor(places: number) {
    this.#places = places;
  }

  /** Places in use. */
  get used(): number {
    return this.#used;
  }

  /** Whether a place is free at once. */
  get hasPlace(): boolean {
    return this.#used < this.#places;
  }

  /** Waits for a place, first come first served. @throws AbortedError at once when the signal is aborted or the pool is closed */
  take(signal: AbortSignal): Promise<PoolPlace> {
    return new Promise((resolve, reject) => {
      let stopListening: () => void = () => undefined;
      const enter = (): void => {
        stopListening();
        if (this.#closed) {
          reject(new AbortedError({ kind: 'shutdown' }));
          return;
        }
        this.#used++;
        resolve(this.#place());
      };
      stopListening = onAbort(signal, (reason) => {
        const index = this.#waiting.indexOf(enter);
        if (index >= 0) this.#waiting.splice(index, 1);
        reject(new AbortedError(reason));
      });
      if (signal.aborted) return;
      if (this.hasPlace || this.#closed) enter();
      else this.#waiting.push(enter);
    });
  }

  /** Says goodbye to idle connections and sends everybody who waits away. What is in use is closed when it is released. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const enter of this.#waiting.splice(0)) enter();
    await this.#end([...this.#idle]);
  }

  /** Nobody comes for this session any more: its connection is ended. */
  async endSession(session: string): Promise<void> {
    await this.#end(this.#idle.filter((idle) => idle.session === session));
  }

  async #end(ended: readonly Idle[]): Promise<void> {
    this.#idle = this.#idle.filter((idle) => !ended.includes(idle));
    await Promise.all(ended.map(({ connection }) => connection.close('end').catch(() => undefined)));
  }

  #place(): PoolPlace {
    let endpoint: Endpoint | undefined;
    let session: string | undefined;
    let isReleased = false;
    return {
      takeIdle: (wanted, ofSession) => {
        endpoint = wanted;
        session = ofSession;
        const own = this.#idle.findIndex((idle) => idle.endpoint === wanted && idle.session === session);
        const index = own >= 0 ? own : this.#idle.findIndex((idle) => idle.endpoint === wanted && idle.session === undefined);
        if (index >= 0) return this.#idle.splice(index, 1)[0]?.connection;
        // Connections that are nobody's, to other endpoints, make room, oldest first; those of sessions count, but are still wanted.
        const free = this.#idle.filter((idle) => idle.session === undefined);
        // Their goodbyes are not waited for: an endpoint that has died answers none, and it is why another one is wanted.
        void this.#end(free.slice(0, Math.max(0, this.#idle.length + this.#used - this.#places)));
        return undefined;
      },
      release: (connection, how = 'drop') => {
        if (isReleased) return;
        isReleased = true;
        this.#used--;
        if (connection !== undefined) this.#takeBack(connection, endpoint, session, how);
        this.#waiting.shift()?.();
      },
    };
  }

  #takeBack(connection: Connection, endpoint: Endpoint | undefined, session: string | undefined, how: 'keep' | 'drop'): void {
    if (how === 'keep' && !this.#closed && endpoint !== undefined) this.#idle.push({ endpoint, connection, session });
    else connection.close(how === 'keep' ? 'end' : 'drop').catch(() => undefined);
  }
}
