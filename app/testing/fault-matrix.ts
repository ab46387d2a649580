/** The terms of the fault matrix: what a cell is, how its end is written. */
import type { ErrorCode } from '../model/error-code.ts';
import type { SourceOutcome } from '../model/run.ts';
import type { FaultyOptions } from './fault-scene.ts';

/** Where a fault happens: before anything is sent, before there is a session, before the first row, between rows. */
export type FaultStage = 'before logon' | 'logon' | 'execute' | 'fetch';

/** How a source ended, in words: its outcome, the code, the vendor's code. */
export type Ending =
  | `failed: ${ErrorCode}${'' | `, ${string}`}`
  | `timeout: ${ErrorCode}${'' | ', server not confirmed'}`
  | `cancelled: ${'confirmed' | 'server not confirmed'}`;

/** What is seen of a cell, and what must be. */
export interface CellResult {
  readonly ends: Ending;
  /** Connections that the faulty server took; `–` where nobody is there to count. */
  readonly connections: number | '–';
  /** Passwords that it was shown. */
  readonly logons: number | '–';
  /** Statements that it says are still running when the run has ended. */
  readonly stillRunning: number | '–';
}

/** What happens to the running source, once it has come to the stage. */
export type Strike = 'none' | 'cancel' | 'kill the worker' | 'cut with FIN' | 'cut with RST' | 'swallow everything';

/** One cell. */
export interface FaultCell {
  readonly fault: string;
  readonly stage: FaultStage;
  /** The name of the test. */
  readonly sentence: string;
  readonly options: Omit<FaultyOptions, 'retries'>;
  readonly strike: Strike;
  readonly expected: CellResult;
}

/** Where a reset meets a connection that is just being made, timing decides how the client library names it. */
export const resetAtOnce = 'NJS-500 or NJS-503';

/** An outcome in the words of the table, those of `expected` where timing decides. @throws Error for a source that has answered */
export function endingOf(outcome: SourceOutcome | undefined, expected?: Ending): Ending {
  switch (outcome?.kind) {
    case 'failed':
    case 'skipped': {
      const { code, vendorCode } = outcome.failure;
      if (vendorCode === undefined) return `failed: ${code}`;
      const isEither = expected?.endsWith(resetAtOnce) === true && resetAtOnce.split(' or ').includes(vendorCode);
      return `failed: ${code}, ${isEither ? resetAtOnce : vendorCode}`;
    }
    case 'timeout':
      return `timeout: ${outcome.failure.code}${outcome.failure.message.includes('did not confirm') ? ', server not confirmed' : ''}`;
    case 'cancelled':
      return outcome.confirmed ? 'cancelled: confirmed' : 'cancelled: server not confirmed';
    case 'completed':
    case 'partial':
    case 'budget':
    case undefined:
      throw new Error(`the faulty source ended ${JSON.stringify(outcome)}`);
  }
}
