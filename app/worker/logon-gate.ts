/**
 * The first logon goes alone, and whoever comes meanwhile shares how it fails: four queries with a wrong password are one refused
 * logon, not four, and no account is locked. It goes alone among all endpoints of the database, for they know the same account. A
 * logon that cannot succeed stands as long as the process lives, at all of them where it is the account or the client that is refused.
 */
import { raceAbort } from '../base/abort.ts';
import type { Connection } from '../drivers/driver.ts';
import type { Endpoint } from '../model/database.ts';
import { CamError } from '../model/failure.ts';
import { LogonRefusal } from '../resilience/logon-refusal.ts';

type FirstLogon = { readonly ok: true } | { readonly ok: false; readonly error: unknown };

/** The gate of one database. */
export class LogonGate {
  #underWay: { readonly endpoint: Endpoint; readonly ended: Promise<FirstLogon> } | undefined;
  readonly #open = new Set<Endpoint>();
  readonly #refusal = new LogonRefusal();

  /**
   * Logs on, unless it is known by now that it cannot succeed.
   * @throws CamError with the failure of the first logon; AbortedError when the signal is aborted; what `logon` throws
   */
  async pass(endpoint: Endpoint, signal: AbortSignal, logon: () => Promise<Connection>): Promise<Connection> {
    for (;;) {
      this.#refusal.throwIfRefused(endpoint);
      if (this.#open.has(endpoint)) return this.#noting(endpoint, logon());
      const first = this.#underWay;
      if (first === undefined) return this.#first(endpoint, signal, logon());
      const ended = await raceAbort(first.ended, signal);
      // An abort of the first says nothing about the next, nor does an endpoint that cannot be reached about another one.
      if (!ended.ok && first.endpoint === endpoint && ended.error instanceof CamError)
        throw new CamError(ended.error.failure, { cause: ended.error });
    }
  }

  /** An account can be locked while it is in use: whoever comes later does not try. */
  async #noting(endpoint: Endpoint, logon: Promise<Connection>): Promise<Connection> {
    try {
      return await logon;
    } catch (error) {
      this.#refusal.note(endpoint, error, false);
      throw error;
    }
  }

  /** One that was aborted and does not end keeps nobody else from trying. */
  #first(endpoint: Endpoint, signal: AbortSignal, logon: Promise<Connection>): Promise<Connection> {
    const ended = raceAbort(logon, signal).then(
      (): FirstLogon => {
        this.#open.add(endpoint);
        this.#underWay = undefined;
        return { ok: true };
      },
      (error: unknown): FirstLogon => {
        this.#refusal.note(endpoint, error, false);
        this.#underWay = undefined;
        return { ok: false, error };
      },
    );
    this.#underWay = { endpoint, ended };
    return logon;
  }
}
