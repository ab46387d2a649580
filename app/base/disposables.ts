import { asError } from './as-error.ts';

/** Whoever starts something ends it: a list of clean-ups, run in reverse order. */
export class Disposables {
  readonly #items: (() => void | Promise<void>)[] = [];
  #disposed = false;

  /** Registers a clean-up. Added after disposal, it runs at once. */
  add(dispose: () => void | Promise<void>): void {
    if (this.#disposed) void dispose();
    else this.#items.push(dispose);
  }

  /** Runs every clean-up, last added first, even if one throws; the first error is thrown at the end. */
  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    let firstError: unknown;
    for (const item of this.#items.splice(0).reverse()) {
      try {
        await item();
      } catch (error) {
        firstError ??= error;
      }
    }
    if (firstError !== undefined) throw asError(firstError);
  }
}
