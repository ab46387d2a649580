/** What goes on at this moment, kept up with by what is measured. When everything has ended all of it is 0. */
import type { Measurement } from './measurement.ts';

/** The gauges. */
export class InFlight {
  #runs = 0;
  #sources = 0;
  #waiting = 0;

  /** As they stand. */
  get now(): { readonly runs: number; readonly sources: number; readonly waiting: number } {
    return { runs: this.#runs, sources: this.#sources, waiting: this.#waiting };
  }

  /** A run has begun, or goes on. */
  begin(): void {
    this.#runs += 1;
  }

  /** Counts what was measured of a run that has begun. */
  take(measurement: Measurement): void {
    if (measurement.kind === 'source-waits') this.#waiting += 1;
    if (measurement.kind === 'source-began') {
      this.#waiting -= 1;
      this.#sources += 1;
    }
    if (measurement.kind === 'source-ended' && measurement.wasWaiting) this.#waiting -= 1;
    if (measurement.kind === 'source-ended' && !measurement.wasWaiting) this.#sources -= 1;
    if (measurement.kind === 'run-ended') this.#runs -= 1;
  }
}
