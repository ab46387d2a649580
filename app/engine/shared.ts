/** Something with several users that is removed when the last of them is gone. Whoever makes it is its first user. */
export class Shared {
  readonly #remove: () => Promise<void>;
  #users = 1;

  constructor(remove: () => Promise<void>) {
    this.#remove = remove;
  }

  /** Counts one user more; each calls {@link release} once. */
  retain(): this {
    if (this.#users === 0) throw new Error('it has been removed already');
    this.#users++;
    return this;
  }

  /** The last user's release removes it. */
  async release(): Promise<void> {
    this.#users--;
    if (this.#users === 0) await this.#remove();
  }
}
