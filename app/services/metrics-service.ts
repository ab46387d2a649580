/** Measures runs by their events, keeps the figures over processes, and says how the program does. */
import { join } from 'node:path';
import { Emitter } from '../base/emitter.ts';
import type { Logger } from '../base/logger.ts';
import { FiguresFile } from '../metrics/figures-file.ts';
import { InFlight } from '../metrics/in-flight.ts';
import { type Measurement, RunMeter } from '../metrics/measurement.ts';
import { Tally } from '../metrics/tally.ts';
import { endpointLabel } from '../model/database.ts';
import { toFailure } from '../model/failure.ts';
import { type EndpointReport, type Figures, noEndpointFigures, type StatusView, withLastSeen } from '../model/figures.ts';
import type { EndpointStatus } from '../model/health.ts';
import type { HistoryState } from '../model/history.ts';
import type { NumberedRunEvent, RunState } from '../model/run.ts';
import type { AppPorts } from './app-ports.ts';
import type { ConfigService } from './config-service.ts';

/** What the service is made of. */
export interface MetricsServiceParts {
  readonly ports: Pick<AppPorts, 'dataDirectory' | 'version'>;
  readonly logger: Logger;
  readonly config: Pick<ConfigService, 'view' | 'current'>;
  /** What is known of the endpoints, by whichever run, check or ping. */
  readonly health: () => readonly EndpointStatus[];
  readonly history: () => HistoryState;
}

/** The runs that are measured. */
interface FollowedRuns {
  readonly events: Emitter<NumberedRunEvent>;
  /** Whether a run may still go on or be completed. */
  has(runId: string): boolean;
  get(runId: string): { readonly state: RunState };
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
  readonly #inFlight = new InFlight();

  constructor(parts: MetricsServiceParts) {
    this.#parts = parts;
    this.#file = new FiguresFile(join(parts.ports.dataDirectory, 'figures'), parts.logger);
  }

  /** Measures runs from now on. */
  follow(runs: FollowedRuns): void {
    runs.events.on((numbered) => {
      // Progress is told many times a second and counts nothing.
      if (numbered.event.kind === 'source-progress') return;
      try {
        this.#take(numbered, runs);
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
      inFlight: this.#inFlight.now,
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

  #take(numbered: NumberedRunEvent, runs: FollowedRuns): void {
    const { runId, event } = numbered;
    const isFirst = !this.#runs.has(runId);
    if (isFirst && (event.kind === 'run-started' || event.kind === 'run-resumed'))
      this.#runs.set(runId, { meter: new RunMeter(), tally: new Tally() });
    const run = this.#runs.get(runId);
    if (run === undefined) return;
    if (event.kind === 'run-started' || event.kind === 'run-resumed') this.#inFlight.begin();
    // A kept run that was opened again and goes on: what it was before has been counted by whoever ran it.
    const measured = isFirst && event.kind === 'run-resumed' ? run.meter.resume(runs.get(runId).state, event) : run.meter.take(numbered);
    for (const measurement of measured) {
      run.tally.take(measurement);
      this.#inFlight.take(measurement);
      this.measured.emit(measurement);
    }
    if (event.kind === 'run-ended') this.#file.append(event.at, run.tally.cut());
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
          figures: withLastSeen(figures.databases[database.name]?.endpoints[endpoint] ?? noEndpointFigures, known),
        };
      }),
    );
  }
}
