/** Which claims of other programs have died. Judged by what is seen here, never by comparing two machines' clocks. */
import type { OpenInterval } from '../model/ledger.ts';
import type { SchedulerPorts } from './ports.ts';

/** A claimant that lives says so this often. */
export const beatMs = 15_000;
/** A claim that has not moved for so long is dead. */
const silentMs = 90_000;

interface Sight {
  readonly beat: number;
  readonly sinceMs: number;
}

/** Watches the claims of one schedule. */
export class ClaimWatch {
  readonly #ports: Pick<SchedulerPorts, 'clock' | 'host' | 'isAlive'>;
  #seen = new Map<string, Sight>();

  constructor(ports: Pick<SchedulerPorts, 'clock' | 'host' | 'isAlive'>) {
    this.#ports = ports;
  }

  /** Those of the running intervals whose claimant is dead: its process is gone from this machine, or it has long been silent. */
  dead(running: readonly OpenInterval[]): readonly OpenInterval[] {
    const nowMs = this.#ports.clock.monotonicMs();
    const seen = new Map<string, Sight>();
    const dead = running.filter(({ claim, claimHost, claimPid, beat }) => {
      if (claim === null) return false;
      const before = this.#seen.get(claim);
      const sight = before?.beat === beat ? before : { beat, sinceMs: nowMs };
      seen.set(claim, sight);
      const isGone = claimHost === this.#ports.host && claimPid !== null && !this.#ports.isAlive(claimPid);
      return isGone || nowMs - sight.sinceMs >= silentMs;
    });
    this.#seen = seen;
    return dead;
  }
}
