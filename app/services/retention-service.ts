/**
 * Deletes what is older than the settings say, once a day while the program runs: records of the history, and the kept results of runs
 * whose records go. Without a policy nothing is ever deleted, and nothing while an audit hold is set.
 */
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { abort } from '../base/abort.ts';
import { CamError, failure, toFailure } from '../model/failure.ts';
import type { RetentionPolicy, RetentionResult } from '../model/history-audit.ts';
import type { ConfigService } from './config-service.ts';
import type { HistoryService } from './history-service.ts';
import type { ResultService } from './result-service.ts';

/** What the service is made of. */
export interface RetentionServiceParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly config: ConfigService;
  readonly history: HistoryService;
  readonly results: ResultService;
}

/** Not in the first moments, in which there is enough to do. */
const firstAfterMs = 10 * 60_000;
const everyMs = 24 * 3_600_000;

/** Applies the policy. */
export class RetentionService {
  readonly #parts: RetentionServiceParts;
  readonly #stopping = new AbortController();
  #clear: () => void = () => undefined;
  #working: Promise<void> = Promise.resolve();

  constructor(parts: RetentionServiceParts) {
    this.#parts = parts;
  }

  /** Applies it in the background from now on. */
  start(): void {
    this.#later(firstAfterMs);
  }

  /** What the settings say; `undefined` where they say nothing. */
  policy(): RetentionPolicy | undefined {
    return this.#parts.config.usable()?.settings.history.retention;
  }

  /**
   * Deletes, or counts what would be deleted.
   * @throws CamError `request.invalid` where the settings have no policy, `request.forbidden` while a hold is set, `history.unavailable`
   */
  async retain(isDryRun: boolean, signal?: AbortSignal): Promise<RetentionResult> {
    const policy = this.policy();
    if (policy === undefined) {
      throw new CamError(
        failure('request.invalid', {
          message: 'The settings do not say for how long records are kept, so all of them are.',
          action: 'Set history.retention in the settings.',
        }),
      );
    }
    const { history, results, config } = this.#parts;
    const result = await history.ask('retain', { policy, isDryRun, by: config.user }, signal);
    await results.forget(result.runIds);
    return result;
  }

  /** Ends what goes on between two of its steps. */
  async close(): Promise<void> {
    this.#clear();
    abort(this.#stopping, { kind: 'shutdown' });
    await this.#working;
  }

  #later(ms: number): void {
    this.#clear = this.#parts.clock.setTimer(ms, () => {
      this.#working = this.#work().finally(() => {
        if (!this.#stopping.signal.aborted) this.#later(everyMs);
      });
    });
  }

  async #work(): Promise<void> {
    const { logger, results } = this.#parts;
    try {
      if (this.policy() !== undefined) {
        const { executions, runCount } = await this.retain(false, this.#stopping.signal);
        logger.info('old records of the history were deleted', { executions, runs: runCount });
      }
      await results.prune();
    } catch (error) {
      logger.warn('old records of the history were not deleted', { failure: toFailure(error) });
    }
  }
}
