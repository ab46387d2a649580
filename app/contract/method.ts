/** How a row of the contract is written: the check of its input, and the type of what comes back. */
import type * as z from 'zod';

/** A row of the table. `output` is a type only: nothing is ever stored under it. */
export interface Method<Input extends z.ZodType, Output> {
  readonly input: Input;
  readonly output: Output;
}

class MethodInputOnly<Input extends z.ZodType> {
  readonly #input: Input;

  constructor(input: Input) {
    this.#input = input;
  }

  returns<Output>(): Method<Input, Output> {
    return { input: this.#input } as Method<Input, Output>;
  }
}

/** Begins a row: `method(input).returns<Output>()`. */
export function method<Input extends z.ZodType>(input: Input): MethodInputOnly<Input> {
  return new MethodInputOnly(input);
}
