/** Column names come from databases: they may be empty, or stand more than once. In a table each is unique and not empty. */

/** The names in the same order; an empty one becomes `column_<place>`, a repeated one gets `_2`, `_3`, … Case is kept and counts. */
export function uniqueNames(names: readonly string[]): readonly string[] {
  const taken = new Set(names);
  const given = new Set<string>();
  return names.map((name, place) => {
    const wanted = name === '' ? `column_${String(place + 1)}` : name;
    let result = wanted;
    // A made-up name must not take one that a later column has by right.
    for (let number = 2; given.has(result) || (result !== name && taken.has(result)); number++) result = `${wanted}_${String(number)}`;
    given.add(result);
    return result;
  });
}
