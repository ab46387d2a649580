/** What running schedules needs from outside. */
import type { Clock } from '../base/clock.ts';
import type { Logger } from '../base/logger.ts';
import type { LedgerMethods } from '../model/ledger.ts';
import type { IntervalResult, LedgerInterval } from '../model/schedule.ts';
import type { ScheduleConfig } from '../model/schedule-config.ts';

/** So long a program that is closed waits for a ledger that does not answer. What it has claimed there is taken up by others. */
export const closeWaitMs = 3000;

/** Asks the ledger, wherever it is kept. Rejects with `history.unavailable` when it cannot be reached. */
export type AskLedger = <K extends keyof LedgerMethods>(method: K, input: LedgerMethods[K]['input']) => Promise<LedgerMethods[K]['output']>;

/** An interval to be evaluated. */
export interface EvaluationRequest {
  readonly schedule: ScheduleConfig;
  /** Its `runId` is that of an earlier try, which may be completed instead. */
  readonly interval: LedgerInterval;
  readonly windowHours: number;
}

/** What came of it. */
export interface Evaluation {
  readonly state: 'done' | 'incomplete' | 'failed';
  /** Why it is not done; one sentence. */
  readonly reason: string | null;
  readonly result: IntervalResult | null;
  /** Whether asking again by itself may help, and can do no harm (a refused logon, repeated, locks the account). */
  readonly mayRetry: boolean;
}

/** The ports. */
export interface SchedulerPorts {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly ledger: AskLedger;
  /** Name of this machine. */
  readonly host: string;
  readonly pid: number;
  /** Whether a process of this machine lives. */
  readonly isAlive: (pid: number) => boolean;
  /** A word that nobody can guess or have used before. */
  readonly newClaim: () => string;
  /**
   * Runs the analysis of an interval to its end. `onRun` is told the run's id as soon as there is one. Rejects with
   * AbortedError once the signal is aborted, and with CamError when the run cannot be started.
   */
  readonly evaluate: (request: EvaluationRequest, onRun: (runId: string) => void, signal: AbortSignal) => Promise<Evaluation>;
}
