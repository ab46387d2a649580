/** The evidence of one client: what the engine finds, beside where each source's rows came from and what is missing. */
import type { ClientEvidence, ClientShared, EvidenceSource, SourceRows } from '../model/client-evidence.ts';
import type { Configuration } from '../model/database.ts';
import { coverageOf, sourceOf } from '../model/run-reducer.ts';
import type { RunState } from '../model/run.ts';
import { evidenceText } from '../report/evidence-text.ts';
import type { RunReader } from './run-reader.ts';
import type { RunService } from './run-service.ts';

/** So many rows of a client stand in a text. */
const rowsInText = 1000;

/** Answers about clients of kept runs. */
export class EvidenceService {
  readonly #runs: RunService;
  readonly #reader: RunReader;

  constructor(runs: RunService, reader: RunReader) {
    this.#runs = runs;
    this.#reader = reader;
  }

  /** @throws CamError `not.found` when the run is not kept any more */
  async client(runId: string, client: string, limit: number): Promise<ClientEvidence> {
    const run = this.#runs.get(runId);
    // Asked before the rows: a source that answers in between is named as missing although its rows are there, never the other way round.
    const { missing } = coverageOf(run.state);
    const rows = await this.#reader.clientRows({ runId, client, limit });
    const { state } = run;
    const { lastEvent, window, startDate, zone, sampleData, changeTypes } = state.plan;
    return {
      ...rows,
      runId,
      client,
      lastEvent,
      window,
      startDate,
      zone,
      sampleData,
      changeTypes,
      sources: rows.sources.map((source) => withOrigin(source, state, run.configuration)),
      missing,
    };
  }

  /** @throws CamError `not.found` when the run is not kept any more */
  async shared(runId: string, client: string): Promise<ClientShared> {
    const run = this.#runs.get(runId);
    const { missing } = coverageOf(run.state);
    const shared = await this.#reader.call('sharedAttributes', { runId, client });
    return { ...shared, runId, client, missing };
  }

  /** Both as one text. */
  async text(runId: string, client: string): Promise<{ text: string }> {
    const evidence = await this.client(runId, client, rowsInText);
    return { text: evidenceText(evidence, await this.shared(runId, client)) };
  }
}

function withOrigin(rows: SourceRows, state: RunState, configuration: Configuration): EvidenceSource {
  const { source, attempt, endpoint, endedAt, outcome } = sourceOf(state, rows.source);
  const cachedFrom = outcome?.kind === 'completed' ? outcome.cachedFrom : undefined;
  const readFrom = cachedFrom?.endpoint ?? endpoint;
  const readAt = cachedFrom?.at ?? endedAt;
  const database = configuration.databases.find(({ name }) => name === source.database);
  return {
    ...rows,
    database: source.database,
    query: source.query,
    file: database?.queries.find(({ name }) => name === source.query)?.file ?? '',
    changeType: source.changeType,
    attempt,
    ...(readFrom === undefined ? {} : { endpoint: readFrom }),
    ...(readAt === undefined ? {} : { readAt }),
    ...(cachedFrom === undefined ? {} : { cachedFrom }),
  };
}
