/**
 * The first logon at an endpoint goes alone, and whoever comes meanwhile shares how it fails: four queries with a wrong password
 * are one refused logon, not four, and no account is locked. A refusal stands as long as the process lives.
 */
import { raceAbort } from '../base/abort.ts';
import type { Connection } from '../drivers/driver.ts';
import type { Endpoint } from '../model/database.ts';
import { CamError, type Failure, toFailure } from '../model/failure.ts';

type FirstLogon = { readonly ok: true } | { readonly ok: false; readonly error: unknown };

/** The gate of one database. */
export class LogonGate {
  readonly #underWay = new Map<Endpoint, Promise<FirstLogon>>();
  readonly #open = new Set<Endpoint>();
  readonly #refused = new Map<Endpoint, Failure>();

  /**
   * Logs on, unless it is known by now that it cannot succeed.
   * @throws CamError with the failure of the first logon; AbortedError when the signal is aborted; what `logon` throws
   */
  async pass(endpoint: Endpoint, signal: AbortSignal, logon: () => Promise<Connection>): Promise<Connection> {
    for (;;) {
      const refused = this.#refused.get(endpoint);
      if (refused !== undefined) throw new CamError(refused);
      const first = this.#underWay.get(endpoint);
      if (first === undefined) break;
      const ended = await raceAbort(first, signal);
      // An abort of the first says nothing about the next.
      if (!ended.ok && ended.error instanceof CamError) throw new CamError(ended.error.failure, { cause: ended.error });
    }
    return this.#open.has(endpoint) ? logon() : this.#first(endpoint, signal, logon());
  }

  /** One that was aborted and does not end keeps nobody else from trying. */
  #first(endpoint: Endpoint, signal: AbortSignal, logon: Promise<Connection>): Promise<Connection> {
    const ended = raceAbort(logon, signal).then(
      (): FirstLogon => {
        this.#open.add(endpoint);
        this.#underWay.delete(endpoint);
        return { ok: true };
      },
      (error: unknown): FirstLogon => {
        if (isRefusal(error)) this.#refused.set(endpoint, toFailure(error));
        this.#underWay.delete(endpoint);
        return { ok: false, error };
      },
    );
    this.#underWay.set(endpoint, ended);
    return logon;
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof CamError && (error.failure.code === 'db.auth' || error.failure.code === 'db.account-locked');
}
