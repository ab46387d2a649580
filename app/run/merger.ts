/** Re-evaluates the rule after each answer: one evaluation at a time, the last one always over everything that is in. */
import { abort, onAbort, throwIfAborted } from '../base/abort.ts';
import type { EvaluationProgress } from '../model/evaluation-progress.ts';
import type { MergeSummary, MissingSource } from '../model/run.ts';
import type { EngineClient } from './ports.ts';

/** What the merger asks and tells. */
export interface MergerPorts {
  /** What is missing at this moment. */
  readonly missing: () => readonly MissingSource[];
  readonly onMerged: (merge: MergeSummary) => void;
  /** How far an evaluation is that lasts. */
  readonly onProgress: (progress: EvaluationProgress) => void;
}

/** Merges one run's answers. */
export class Merger {
  readonly #engine: EngineClient;
  readonly #runId: string;
  readonly #ports: MergerPorts;
  #running: Promise<void> | undefined;
  /** Of the evaluation that runs. */
  #evaluation = new AbortController();
  #isRequested = false;

  constructor(engine: EngineClient, runId: string, ports: MergerPorts) {
    this.#engine = engine;
    this.#runId = runId;
    this.#ports = ports;
  }

  /** Asks for an evaluation soon; requests while one runs become one more. A failure shows in `finish`. */
  request(): void {
    this.#isRequested = true;
    if (this.#running !== undefined) return;
    this.#running = this.#loop();
    this.#running.catch(() => undefined);
  }

  /**
   * Evaluates once more over what is in and missing now; the signal interrupts whatever evaluation runs then.
   * @throws CamError when the engine cannot; AbortedError once it has been interrupted
   */
  async finish(signal: AbortSignal): Promise<void> {
    const stopListening = onAbort(signal, (reason) => {
      abort(this.#evaluation, reason);
    });
    try {
      await this.#running?.catch(() => undefined);
      throwIfAborted(signal);
      this.request();
      await this.#running;
    } finally {
      stopListening();
    }
  }

  async #loop(): Promise<void> {
    try {
      while (this.#isRequested) {
        // The one before may have ended just as it was interrupted; another one would not hear of that.
        throwIfAborted(this.#evaluation.signal);
        this.#isRequested = false;
        this.#evaluation = new AbortController();
        const { signal } = this.#evaluation;
        const input = { runId: this.#runId, missing: this.#ports.missing() };
        this.#ports.onMerged(await this.#engine.call('evaluate', input, { signal, onNotice: this.#ports.onProgress }));
      }
    } finally {
      this.#running = undefined;
      this.#evaluation = new AbortController();
    }
  }
}
