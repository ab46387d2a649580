/** Adds the measurements of one run up to figures that can be kept. */
import { assertNever } from '../base/assert-never.ts';
import {
  addDatabaseFigures,
  addFigures,
  type DatabaseFigures,
  type EndpointFigures,
  type Figures,
  noDatabaseFigures,
  noEndpointFigures,
  noFigures,
} from '../model/figures.ts';
import type { Measurement } from './measurement.ts';

/** Adds up. */
export class Tally {
  #figures: Figures = noFigures;
  // Beside the others, because a run may have a thousand databases and tells of each of them many times.
  #databases = new Map<string, DatabaseFigures>();

  /** Takes one measurement in. */
  take(measurement: Measurement): void {
    switch (measurement.kind) {
      case 'source-waits':
        return;
      case 'run-started':
        this.#figures = addFigures(this.#figures, { ...noFigures, scatters: measurement.scatters });
        return;
      case 'run-ended':
        this.#figures = addFigures(this.#figures, endOf(measurement));
        return;
      case 'source-began':
      case 'retry':
      case 'attempt':
      case 'source-ended': {
        const { database } = measurement.source;
        this.#databases.set(database, addDatabaseFigures(this.#databases.get(database) ?? noDatabaseFigures, ofDatabase(measurement)));
        return;
      }
      default:
        assertNever(measurement);
    }
  }

  /** What has been added up since the last call; the next one begins at nothing. */
  cut(): Figures {
    const figures = { ...this.#figures, databases: Object.fromEntries(this.#databases) };
    this.#figures = noFigures;
    this.#databases = new Map();
    return figures;
  }
}

/** Whether a run ended in part because a source ran out of time. */
export function isPartialByTimeout({ outcome, missing }: Extract<Measurement, { kind: 'run-ended' }>): boolean {
  return outcome === 'partial' && missing.some(({ reason }) => reason === 'timeout');
}

function endOf(ended: Extract<Measurement, { kind: 'run-ended' }>): Figures {
  return { ...noFigures, runs: { ...noFigures.runs, [ended.outcome]: 1 }, partialTimeouts: isPartialByTimeout(ended) ? 1 : 0 };
}

function ofDatabase(measurement: Extract<Measurement, { kind: 'source-began' | 'retry' | 'attempt' | 'source-ended' }>): DatabaseFigures {
  switch (measurement.kind) {
    case 'source-began':
      return { ...noDatabaseFigures, waits: 1, waitSumMs: measurement.waitMs, longestWaitMs: measurement.waitMs };
    case 'retry':
      return { ...noDatabaseFigures, retries: 1 };
    case 'attempt':
      return {
        ...noDatabaseFigures,
        timeouts: measurement.outcome === 'timeout' ? 1 : 0,
        endpoints: { [measurement.endpoint]: ofEndpoint(measurement) },
      };
    case 'source-ended': {
      const { outcome, rows, bytes } = measurement;
      return { ...noDatabaseFigures, sources: 1, missing: outcome === 'completed' ? 0 : 1, rows, bytes };
    }
    default:
      return assertNever(measurement);
  }
}

/** A cancel says nothing about the endpoint. */
function ofEndpoint({ outcome, durationMs, at, code }: Extract<Measurement, { kind: 'attempt' }>): EndpointFigures {
  if (outcome === 'success') {
    return { attempts: 1, successes: 1, latencySumMs: durationMs, longestMs: durationMs, lastSuccessAt: at, lastLatencyMs: durationMs };
  }
  if (outcome === 'cancelled') return { ...noEndpointFigures, attempts: 1 };
  return { ...noEndpointFigures, attempts: 1, lastFailureAt: at, ...(code === undefined ? {} : { lastCode: code }) };
}
