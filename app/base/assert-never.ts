/** Closes an exhaustive `switch`: a new member of the union breaks the build here, and an unknown value at run time throws. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
