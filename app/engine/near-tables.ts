/** The lists of near misses that were asked for last, each made once. */
import type { Clock } from '../base/clock.ts';
import type { NearMisses } from '../model/near-misses.ts';
import type { MissingSource } from '../model/run.ts';
import { type MergeInput, sortingOf } from './merge.ts';
import { findNear } from './near-misses.ts';
import { Serial } from './serial.ts';
import { StoredReport } from './stored-report.ts';

/** How many lists are kept: whoever moves a slider comes back to the ones just before. */
const kept = 4;

/** What is asked. */
export interface NearRequest {
  readonly atLeast: number;
  readonly windowHours: number;
}

interface NearList {
  readonly table: StoredReport;
  readonly summary: NearMisses;
}

/** Near misses of one run. */
export class NearTables {
  readonly #clock: Clock;
  readonly #lists = new Map<string, NearList>();
  readonly #building = new Serial();
  #generation = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The list; its table is kept for the caller, who releases it. */
  get(request: NearRequest, input: MergeInput): Promise<NearList> {
    const key = JSON.stringify([request.atLeast, request.windowHours]);
    return this.#building.run(async () => {
      const generation = this.#generation;
      const known = this.#lists.get(key);
      const list = known ?? (await this.#make(request, input));
      this.#lists.delete(key);
      // The rows changed while it was made: it answers the one who asked, and nobody after.
      if (generation !== this.#generation) return list;
      this.#lists.set(key, list);
      list.table.retain();
      for (const [oldest, old] of [...this.#lists].slice(0, Math.max(0, this.#lists.size - kept))) {
        this.#lists.delete(oldest);
        await old.table.release();
      }
      return list;
    });
  }

  /** Forgets all lists: what they were made of has changed. */
  async forget(): Promise<void> {
    this.#generation++;
    for (const [key, list] of [...this.#lists]) {
      this.#lists.delete(key);
      await list.table.release();
    }
  }

  async #make({ atLeast, windowHours }: NearRequest, input: MergeInput): Promise<NearList> {
    const startedAt = this.#clock.monotonicMs();
    const { plan, rule, databaseOfRank, newTable } = input;
    const isMissing = new Set(input.missing.flatMap(({ source, reason }) => (reason === 'partial' ? [] : [source])));
    const answered = plan.sources.flatMap(({ id }) => (isMissing.has(id) ? [] : (input.sources.get(id) ?? [])));
    const table = newTable('near');
    try {
      return await input.inSession(async (session) => {
        const missing = new Set(missingIds(input));
        const { findings, window, summary } = await findNear(session, {
          ...{ plan, run: rule, answered, missing, atLeast, windowHours, table, newTable },
        });
        const report = { window, findings, databaseOfRank, ...(await sortingOf(session, findings)) };
        const stored = await StoredReport.create(session, report, 'confirmed', input);
        return { table: stored, summary: { ...summary, durationMs: Math.round(this.#clock.monotonicMs() - startedAt) } };
      });
    } finally {
      await input.drop(table);
    }
  }
}

/** A source that is neither attached nor named as missing is missing too. */
function missingIds({ plan, sources, missing }: MergeInput): readonly MissingSource['source'][] {
  return [...missing.map(({ source }) => source), ...plan.sources.flatMap(({ id }) => (sources.has(id) ? [] : [id]))];
}
