/** The steps of one evaluation: which there are is known when it begins, how much of one is done while its statements run. */
import type { EvaluationProgress, EvaluationStep } from '../model/evaluation-progress.ts';

/** Follows an evaluation through its steps. */
export class EvaluationSteps {
  readonly #steps: readonly EvaluationStep[];
  #place = -1;
  #parts = 1;
  #partsDone = 0;
  /** The most that has been seen of the part that runs; its statements each begin at 0. */
  #percent = 0;
  #told = '';

  /** `steps`: those that the evaluation has, in their order. */
  constructor(steps: readonly EvaluationStep[]) {
    this.#steps = steps;
  }

  /** A step begins, of so many parts of about the same size. */
  begin(step: EvaluationStep, parts = 1): void {
    const place = this.#steps.indexOf(step);
    // What is done again within a later step, for an inner rule, is part of that one.
    if (place <= this.#place) return;
    this.#place = place;
    this.#parts = parts;
    this.#partsDone = 0;
    this.#percent = 0;
  }

  /** A part of the step is done. */
  partDone(): void {
    this.#partsDone = Math.min(this.#partsDone + 1, this.#parts);
    this.#percent = 0;
  }

  /** Where it is, while the statement that runs is done to so many per cent, -1 for not known; `undefined` where that has been told already. */
  at(percentOfStatement: number): EvaluationProgress | undefined {
    const what = this.#steps[this.#place];
    if (what === undefined) return undefined;
    this.#percent = Math.max(this.#percent, Math.min(percentOfStatement, 100));
    const percent = Math.min(99, Math.floor((this.#partsDone * 100 + this.#percent) / this.#parts));
    const progress = { step: this.#place + 1, of: this.#steps.length, what, ...(percent > 0 && { percent }) };
    const text = JSON.stringify(progress);
    if (text === this.#told) return undefined;
    this.#told = text;
    return progress;
  }
}
