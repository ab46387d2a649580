/**
 * A logon that cannot succeed stands for the whole of a database's part in a run: it is not tried again by another source, at another
 * endpoint or by another process. So no account is locked, and nobody waits for what is known to fail.
 */
import type { Endpoint } from '../model/database.ts';
import { CamError, type Failure, isRefusedLogon, scopeOfFailedLogon } from '../model/failure.ts';

/** What is known of the logons of one database: in one run, or as long as its process lives. */
export class LogonRefusal {
  #ofDatabase: Failure | undefined;
  readonly #ofEndpoint = new Map<Endpoint, Failure>();

  /** @throws CamError with the failure of the earlier logon, where there was one */
  throwIfRefused(endpoint: Endpoint): void {
    const known = this.#ofDatabase ?? this.#ofEndpoint.get(endpoint);
    if (known !== undefined) throw new CamError(known);
  }

  /** Remembers the error of an attempt where it is one of its logon. `hasEntered`: the logon of the attempt had succeeded. */
  note(endpoint: Endpoint, error: unknown, hasEntered: boolean): void {
    if (!(error instanceof CamError)) return;
    const { failure } = error;
    if (hasEntered && !isRefusedLogon(failure)) return;
    const scope = scopeOfFailedLogon(failure);
    if (scope === 'database') this.#ofDatabase ??= failure;
    else if (scope === 'endpoint') this.#ofEndpoint.set(endpoint, failure);
  }
}
