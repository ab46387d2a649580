/** Re-evaluates the rule after each answer: one evaluation at a time, the last one always over everything that is in. */
import type { MergeSummary, MissingSource } from '../model/run.ts';
import type { EngineClient } from './ports.ts';

/** What the merger asks and tells. */
export interface MergerPorts {
  /** What is missing at this moment. */
  readonly missing: () => readonly MissingSource[];
  readonly onMerged: (merge: MergeSummary) => void;
}

/** Merges one run's answers. */
export class Merger {
  readonly #engine: EngineClient;
  readonly #runId: string;
  readonly #ports: MergerPorts;
  #running: Promise<void> | undefined;
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

  /** Evaluates once more over what is in and missing now. @throws CamError when the engine cannot */
  async finish(): Promise<void> {
    await this.#running?.catch(() => undefined);
    this.request();
    await this.#running;
  }

  async #loop(): Promise<void> {
    try {
      while (this.#isRequested) {
        this.#isRequested = false;
        this.#ports.onMerged(await this.#engine.call('evaluate', { runId: this.#runId, missing: this.#ports.missing() }));
      }
    } finally {
      this.#running = undefined;
    }
  }
}
