/** The parts in which a statement with lists is asked: one statement a part, small enough for every server. */
import type { SingleBind, StatementBind } from '../drivers/driver.ts';
import { readValuesFile, type ValuesPart } from '../spool/values-file.ts';
import type { ListInput } from './protocol.ts';

/** The lists of one part, by lower-case name of the bind. */
export type ListBinds = Readonly<Record<string, StatementBind>>;

/** Stands for a list without values: nothing is in it. */
const nothing: StatementBind = { kind: 'list', values: [{ kind: 'value', value: null }] };

/**
 * All parts, at least one. Of several lists every part of one is asked with every part of the others, because a condition may
 * need a value of each.
 * @param chunk values of a list in one statement
 */
export async function* listParts(lists: Readonly<Record<string, ListInput>>, chunk: number): AsyncGenerator<ListBinds> {
  yield* partsOf(Object.entries(lists), chunk);
}

/** One value for each list, for a statement that is described only. */
export function describedLists(names: readonly string[]): ListBinds {
  return Object.fromEntries(names.map((name) => [name, nothing]));
}

async function* partsOf(lists: readonly (readonly [string, ListInput])[], chunk: number): AsyncGenerator<ListBinds> {
  const [first, ...others] = lists;
  if (first === undefined) {
    yield {};
    return;
  }
  const [name, { file }] = first;
  for await (const bind of bindsOf(file, chunk)) {
    for await (const further of partsOf(others, chunk)) yield { [name]: bind, ...further };
  }
}

async function* bindsOf(file: string, chunk: number): AsyncGenerator<StatementBind> {
  let isEmpty = true;
  for await (const part of readValuesFile(file, chunk)) {
    isEmpty = false;
    yield { kind: 'list', values: filledUp(part, chunk).map((value) => bindOf(part, value)) };
  }
  if (isEmpty) yield nothing;
}

/**
 * As many values as the next power of two: the last one is repeated, which asks for nothing more. So a server meets a dozen
 * texts of a statement and not one for each length of a list, and finds them among those it has understood already.
 */
function filledUp({ values }: ValuesPart, chunk: number): readonly string[] {
  const last = values.at(-1);
  const size = Math.min(chunk, 2 ** Math.ceil(Math.log2(values.length)));
  return last === undefined ? values : [...values, ...Array.from({ length: size - values.length }, () => last)];
}

function bindOf({ kind }: ValuesPart, value: string): SingleBind {
  return kind === 'instant' ? { kind: 'instant', instant: value } : { kind: 'value', value };
}
