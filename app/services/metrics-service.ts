/** Measures runs by their events, keeps the figures over processes, and says how the program does. */
import { join } from 'node:path';
import { Emitter } from '../base/emitter.ts';
import type { Logger } from '../base/logger.ts';
import { FiguresFile } from '../metrics/figures-file.ts';
import { type Measurement, RunMeter } from '../metrics/measurement.ts';
import { Tally } from '../metrics/tally.ts';
import { endpointLabel } from '../model/database.ts';
import { toFailure } from '../model/failure.ts';
import { type EndpointReport, type Figures, noEndpointFigures, type StatusView } from '../model/figures.ts';
import type { EndpointHealth } from '../model/health.ts';
import type { HistoryState } from '../model/history.ts';
import type { NumberedRunEvent } from '../model/run.ts';
import type { AppPorts } from './app-ports.ts';
import type { ConfigService } from './config-service.ts';

/** What the service is made of. */
export interface MetricsServiceParts {
  readonly ports: Pick<AppPorts, 'dataDirectory' | 'version'>;
  readonly logger: Logger;
  readonly config: Pick<ConfigService, 'view' | 'current'>;
  /** Endpoints whose breaker is known. */
  readonly health: () => readonly EndpointHealth[];
  readonly history: () => HistoryState;
}

interface MeasuredRun {
  readonly meter: RunMeter;
  readonly tally: Tally;
}

/** The figures. */
export class MetricsService {
  /** Every measurement, for whoever exports them. */
  readonly measured = new Emitter<Measurement>();
  readonly #parts: MetricsServiceParts;
  readonly #file: FiguresFile;
  readonly #runs = new Map<string, MeasuredRun>();
  readonly #inFlight = { runs: 0, sources: 0, waiting: 0 };

  constructor(parts: MetricsServiceParts) {
    this.#parts = parts;
    this.#file = new FiguresFile(join(parts.ports.dataDirectory, 'figures'), parts.logger);
  }

  /** Measures runs from now on. `has`: whether a run may still go on or be completed. */
  follow(runs: { readonly events: Emitter<NumberedRunEvent>; has(runId: string): boolean }): void {
    runs.events.on((numbered) => {
      // Progress is told many times a second and counts nothing.
      if (numbered.event.kind === 'source-progress') return;
      try {
        this.#take(numbered);
        if (numbered.event.kind === 'run-started') for (const runId of this.#runs.keys()) if (!runs.has(runId)) this.#runs.delete(runId);
      } catch (error) {
        // A mistake here must not touch the run.
        this.#parts.logger.error('an event of a run was not measured', { run: numbered.runId, failure: toFailure(error) });
      }
    });
  }

  /** What has been counted, by this and other processes, and what goes on in this one. */
  async status(): Promise<StatusView> {
    const { since, figures } = await this.#file.read();
    return {
      version: this.#parts.ports.version,
      ...(since === undefined ? {} : { since }),
      figures,
      inFlight: { ...this.#inFlight },
      endpoints: this.#endpoints(figures),
      history: this.#parts.history(),
    };
  }

  /** Counts from nothing from now on. */
  async reset(): Promise<StatusView> {
    await this.#file.reset();
    return this.status();
  }

  /** Resolves when what was counted is kept. */
  async close(): Promise<void> {
    await this.#file.flush();
  }

  #take(numbered: NumberedRunEvent): void {
    const { runId, event } = numbered;
    if (event.kind === 'run-started') this.#runs.set(runId, { meter: new RunMeter(), tally: new Tally() });
    const run = this.#runs.get(runId);
    if (run === undefined) return;
    if (event.kind === 'run-started' || event.kind === 'run-resumed') this.#inFlight.runs += 1;
    for (const measurement of run.meter.take(numbered)) {
      run.tally.take(measurement);
      this.#countInFlight(measurement);
      this.measured.emit(measurement);
    }
    if (event.kind !== 'run-ended') return;
    this.#inFlight.runs -= 1;
    this.#file.append(event.at, run.tally.cut());
  }

  #countInFlight(measurement: Measurement): void {
    if (measurement.kind === 'source-waits') this.#inFlight.waiting += 1;
    if (measurement.kind === 'source-began') {
      this.#inFlight.waiting -= 1;
      this.#inFlight.sources += 1;
    }
    if (measurement.kind === 'source-ended') this.#inFlight[measurement.wasWaiting ? 'waiting' : 'sources'] -= 1;
  }

  #endpoints(figures: Figures): readonly EndpointReport[] {
    if (this.#parts.config.view().problems.length > 0) return [];
    const health = this.#parts.health();
    return this.#parts.config.current().databases.flatMap((database) =>
      [database.endpoint, ...database.standbys].map((each) => {
        const endpoint = endpointLabel(each);
        const known = health.find((candidate) => candidate.database === database.name && candidate.endpoint === endpoint);
        return {
          database: database.name,
          endpoint,
          breaker: known?.breaker ?? 'closed',
          figures: figures.databases[database.name]?.endpoints[endpoint] ?? noEndpointFigures,
        };
      }),
    );
  }
}
