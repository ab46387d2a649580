/** What sources usually take, as the history knows it: asked ahead, so that starting a run waits for nothing. */
import type { Clock } from '../base/clock.ts';
import type { Configuration } from '../model/database.ts';
import { sourceIdOf } from '../model/plan.ts';
import type { UsualCosts } from '../run/plan-estimate.ts';
import type { HistoryService } from './history-service.ts';

const lookbackDays = 60;
/** A plan is shown without estimates rather than later than this. */
const longestWaitMs = 2_000;

/** Keeps the costs of all configured sources. */
export class UsualCostsService {
  readonly #history: HistoryService;
  readonly #clock: Clock;
  readonly #configuration: () => Configuration | undefined;
  #costs: UsualCosts = new Map();
  #asking: Promise<void> | undefined;
  #hasAsked = false;

  constructor(history: HistoryService, clock: Clock, configuration: () => Configuration | undefined) {
    this.#history = history;
    this.#clock = clock;
    this.#configuration = configuration;
  }

  /** As they were last known; empty until they have been asked for. */
  get current(): UsualCosts {
    return this.#costs;
  }

  /** Resolves when they have been asked for once, by whomever; as {@link refresh} it waits no longer than it must. */
  async known(): Promise<void> {
    if (!this.#hasAsked) await this.refresh();
  }

  /** Asks the history again; resolves when it has answered, has failed, or has taken too long. Never rejects. */
  async refresh(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    const late = Promise.withResolvers<undefined>();
    const clear = this.#clock.setTimer(longestWaitMs, () => {
      late.resolve(undefined);
    });
    await Promise.race([this.#asking, late.promise]);
    clear();
    this.#hasAsked = true;
  }

  async #ask(): Promise<void> {
    const { databases = [], sampleData = false } = this.#configuration() ?? {};
    const queries = databases.flatMap((database) => database.queries.map(({ name }) => ({ databaseName: database.name, queryName: name })));
    if (queries.length === 0) return;
    try {
      const found = await this.#history.ask('usualCosts', { queries, days: lookbackDays, sampleData });
      this.#costs = new Map(found.map(({ databaseName, queryName, ...cost }) => [sourceIdOf(databaseName, queryName), cost]));
    } catch {
      // Without a history a run is planned without estimates; the state of the history says why.
    }
  }
}
