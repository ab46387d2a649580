/** Long work of an audit that a person starts, watches and can stop: checking the chain, deleting by age. */
import { AbortedError, abort } from '../base/abort.ts';
import { Emitter } from '../base/emitter.ts';
import { CamError, failure } from '../model/failure.ts';
import {
  type ChainVerdict,
  type CheckProgress,
  type CountedDeletion,
  countedOf,
  type RetentionPolicy,
  type RetentionResult,
} from '../model/history-audit.ts';
import type { HistoryService } from './history-service.ts';
import type { RetentionService } from './retention-service.ts';

/** What the work needs. */
export interface AuditParts {
  readonly history: Pick<HistoryService, 'ask'>;
  readonly retention: Pick<RetentionService, 'apply'>;
  /** Who asks. */
  readonly user: () => string;
}

/** Checks and deletes. */
export class AuditWork {
  /** How far checks are. */
  readonly progress = new Emitter<CheckProgress>();
  readonly #parts: AuditParts;
  readonly #running = new Map<string, AbortController>();

  constructor(parts: AuditParts) {
    this.#parts = parts;
  }

  /** Checks the chain; `null` where it was stopped. @throws CamError `request.invalid` where a check of that id goes on */
  async verifyChain(checkId?: string): Promise<ChainVerdict | null> {
    const { history } = this.#parts;
    if (checkId === undefined) return history.ask('verifyChain', {});
    if (this.#running.has(checkId)) throw new CamError(failure('request.invalid', { message: `There is a check ${checkId} already.` }));
    const controller = new AbortController();
    this.#running.set(checkId, controller);
    try {
      return await history.ask('verifyChain', {}, controller.signal, (progress) => {
        this.progress.emit({ checkId, ...progress });
      });
    } catch (error) {
      if (error instanceof AbortedError && controller.signal.aborted) return null;
      throw error;
    } finally {
      this.#running.delete(checkId);
    }
  }

  /** Stops a check; nothing happens where there is none of that id any more. */
  stop(checkId: string): void {
    const controller = this.#running.get(checkId);
    if (controller !== undefined) abort(controller, { kind: 'cancel', by: this.#parts.user() });
  }

  /** Counts what a deletion would delete. */
  preview(policy: RetentionPolicy): Promise<RetentionResult> {
    return this.#parts.retention.apply(policy, true);
  }

  /**
   * Deletes what was counted, and the kept results of the runs.
   * @throws CamError `request.invalid` where by now another number would be deleted, `request.forbidden` while a hold is set
   */
  async deleteCounted(policy: RetentionPolicy, counted: CountedDeletion): Promise<RetentionResult> {
    const now = countedOf(await this.preview(policy));
    if (now.executions !== counted.executions || now.runs !== counted.runs) {
      throw new CamError(
        failure('request.invalid', {
          message: `By now ${String(now.executions)} executions and ${String(now.runs)} runs would be deleted, not ${String(counted.executions)} and ${String(counted.runs)}. Nothing was deleted.`,
          action: 'Count again, and confirm the new numbers.',
        }),
      );
    }
    return this.#parts.retention.apply(policy, false);
  }
}
