/**
 * Deletes what is older than the settings say, once a day while the program runs: records of the history, and the kept results of runs
 * whose records go. Without a policy nothing is ever deleted, and nothing while an audit hold is set.
 */
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import { abort } from '../base/abort.ts';
import { CamError, failure, toFailure } from '../model/failure.ts';
import { instantFromMs } from '../model/instant.ts';
import type { RetentionPolicy, RetentionResult } from '../model/history-audit.ts';
import type { ConfigService } from './config-service.ts';
import type { HistoryService } from './history-service.ts';
import type { ResultService } from './result-service.ts';

/** What the service is made of. */
export interface RetentionServiceParts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly config: Pick<ConfigService, 'usable' | 'user'>;
  readonly history: Pick<HistoryService, 'ask'>;
  readonly results: Pick<ResultService, 'forget' | 'forgetUnrecorded' | 'prune'>;
}

/** Not in the first moments, in which there is enough to do. */
const firstAfterMs = 10 * 60_000;
const everyMs = 24 * 3_600_000;
/** Timers stand still while a machine sleeps, and somebody may set its clock: so none is set for longer. */
const lookEveryMs = 15 * 60_000;
const dayMs = 86_400_000;

/** Applies the policy. */
export class RetentionService {
  readonly #parts: RetentionServiceParts;
  readonly #stopping = new AbortController();
  #clear: () => void = () => undefined;
  #working: Promise<void> = Promise.resolve();
  /** When it is to be applied next, by the wall clock. */
  #dueMs = 0;

  constructor(parts: RetentionServiceParts) {
    this.#parts = parts;
  }

  /** Applies it in the background from now on: soon, and then a day after each time, or when the machine wakes after that. */
  start(): void {
    this.#dueMs = this.#parts.clock.nowMs() + firstAfterMs;
    this.#later();
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
    return this.apply(policy, isDryRun, signal);
  }

  /**
   * Deletes by a policy that somebody has given, or counts; kept results follow their records.
   * @throws CamError `request.forbidden` while a hold is set, `history.unavailable`
   */
  async apply(policy: RetentionPolicy, isDryRun: boolean, signal?: AbortSignal): Promise<RetentionResult> {
    const { history, results, config } = this.#parts;
    const result = await history.ask('retain', { policy, isDryRun, by: config.user }, signal);
    await results.forget(result.runIds);
    const { runDays } = policy;
    if (!isDryRun && runDays !== undefined) await results.forgetUnrecorded(instantFromMs(this.#parts.clock.nowMs() - runDays * dayMs));
    return result;
  }

  /** Ends what goes on between two of its steps. */
  async close(): Promise<void> {
    this.#clear();
    abort(this.#stopping, { kind: 'shutdown' });
    await this.#working;
  }

  #later(): void {
    const { clock } = this.#parts;
    this.#clear = clock.setTimer(Math.min(lookEveryMs, Math.max(0, this.#dueMs - clock.nowMs())), () => {
      this.#working = this.#workIfDue().finally(() => {
        if (!this.#stopping.signal.aborted) this.#later();
      });
    });
  }

  async #workIfDue(): Promise<void> {
    const nowMs = this.#parts.clock.nowMs();
    // Where the clock was set back, a day from now is soon enough.
    this.#dueMs = Math.min(this.#dueMs, nowMs + everyMs);
    if (nowMs < this.#dueMs) return;
    this.#dueMs = nowMs + everyMs;
    await this.#work();
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
