/**
 * When a run does not wait any longer, whatever hangs. A passed deadline or a cancel first asks everything to end; what has not
 * ended after a while is ended from outside, and what does not even hear that is left behind.
 */
import { abort, type AbortReason, abortReasonOf, onAbort } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';

/** How long each step may take after the first one, in milliseconds. */
interface Patience {
  /** Until the processes of databases are ended. */
  readonly workersMs: number;
  /** Until nothing of the engine is waited for. */
  readonly engineMs: number;
}

/** Together with the ends themselves this stays below the 5 s in which a run has to end after its deadline. */
const afterDeadline: Patience = { workersMs: 3_000, engineMs: 4_500 };
/** A merge of many rows may take its time; a person who has cancelled still gets an end. */
const otherwise: Patience = { workersMs: 60_000, engineMs: 120_000 };

/**
 * What is left to the last evaluation of a run that is to end: the rows that answered are worth a report, but whoever has cancelled a
 * hunt through millions of events does not wait for its end. The time begins with the evaluation, or with the cancel where that is later.
 */
function lastEvaluationMs({ kind }: AbortReason): number {
  if (kind === 'shutdown') return 0;
  return kind === 'timeout' ? 1_000 : 2_000;
}

/** The two last calls of a round of a run. */
export interface LastCalls {
  /** Aborted when no database is waited for any more. */
  readonly workers: AbortSignal;
  /** Aborted when the engine is not waited for any more. */
  readonly engine: AbortSignal;
  /** The run's deadline has passed after a cancel: from now on it is only waited for as long as after any deadline. */
  readonly deadlinePassed: () => void;
  /** Takes the timers off. */
  readonly dispose: () => void;
}

/** @param signal the round's own; the time begins when it is aborted */
export function lastCallsAfter(clock: Clock, signal: AbortSignal): LastCalls {
  const workers = new AbortController();
  const engine = new AbortController();
  const clears: (() => void)[] = [];
  const wait = (reason: AbortReason, { workersMs, engineMs }: Patience): void => {
    clears.push(
      clock.setTimer(workersMs, () => {
        abort(workers, reason);
      }),
      clock.setTimer(engineMs, () => {
        abort(engine, reason);
      }),
    );
  };
  clears.push(
    onAbort(signal, (reason) => {
      wait(reason, reason.kind === 'timeout' ? afterDeadline : otherwise);
    }),
  );
  return {
    workers: workers.signal,
    engine: engine.signal,
    deadlinePassed: () => {
      wait(abortReasonOf(signal), afterDeadline);
    },
    dispose: () => {
      for (const clear of clears) clear();
    },
  };
}

/** A signal that is aborted when the last evaluation is not waited for any more; call it when that begins. `signal` is the round's own. */
export function lastEvaluationSignal(clock: Clock, signal: AbortSignal): { readonly signal: AbortSignal; readonly dispose: () => void } {
  const controller = new AbortController();
  let clear = (): void => undefined;
  const stopListening = onAbort(signal, (reason) => {
    clear = clock.setTimer(lastEvaluationMs(reason), () => {
      abort(controller, reason);
    });
  });
  return {
    signal: controller.signal,
    dispose: () => {
      stopListening();
      clear();
    },
  };
}
