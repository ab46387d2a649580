/** Work that must not overlap, in the order in which it was asked for. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs the work when all earlier work has ended, however it ended. */
  run<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work, work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}
