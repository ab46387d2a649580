import { asError } from './as-error.ts';

/** A typed list of listeners for one kind of event. */
export class Emitter<T> {
  readonly #listeners = new Set<(value: T) => void>();

  /** Adds a listener; the returned function takes it off again. */
  on(listener: (value: T) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Calls every listener. A listener that throws does not keep the others from being called; the first error is thrown after. */
  emit(value: T): void {
    let firstError: unknown;
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        firstError ??= error;
      }
    }
    if (firstError !== undefined) throw asError(firstError);
  }

  /** How many listeners there are; the leak check asks. */
  get size(): number {
    return this.#listeners.size;
  }
}
