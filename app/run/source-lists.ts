/** The lists that a source asks with: made by the engine from the results of other sources. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { raceAbort } from '../base/abort.ts';
import type { BindFrom, QueryConfig } from '../model/database.ts';
import type { RunPlan } from '../model/plan.ts';
import type { ListInput } from '../worker/protocol.ts';
import type { EngineClient } from './ports.ts';

/** Where lists come from and go to. */
export interface ListSurroundings {
  readonly plan: RunPlan;
  readonly engine: EngineClient;
  /** A folder for the lists of this source alone. */
  readonly directory: string;
}

/** Lists by lower-case name of the bind. */
export type SourceLists = Readonly<Record<string, ListInput>>;

/**
 * Has the lists of a query made. Sources that the run does not expect, because they cannot hold what is asked for, give none.
 * @throws CamError what the engine says; AbortedError
 */
export async function makeLists(query: QueryConfig, around: ListSurroundings, signal: AbortSignal): Promise<SourceLists> {
  const expected = new Set(around.plan.sources.map(({ id }) => id));
  const lists: Record<string, ListInput> = {};
  for (const [place, [name, from]] of Object.entries(query.bindsFrom).entries()) {
    const file = join(around.directory, `list-${String(place + 1)}.jsonl`);
    const input = {
      runId: around.plan.runId,
      sources: from.sources.filter((source) => expected.has(source)),
      column: from.column,
      distinct: from.distinct,
      path: file,
    };
    const { count } = await raceAbort(around.engine.call('values', input, { signal }), signal);
    lists[name] = { file, count, hasOwnRows: hasOwnRows(from) };
  }
  return lists;
}

/** The name of a list that leaves nothing to ask: it is empty, and every row would need a value of it. */
export function emptyList(query: QueryConfig, lists: SourceLists): string | undefined {
  return Object.entries(query.bindsFrom).find(([name, { isFilter }]) => isFilter && lists[name]?.count === 0)?.[0];
}

/** Removes the files. */
export async function removeLists(lists: SourceLists): Promise<void> {
  await Promise.all(Object.values(lists).map(({ file }) => rm(file, { force: true }).catch(() => undefined)));
}

/** Where a value may stand twice, two parts may ask for the same row. */
function hasOwnRows({ isFilter, distinct }: BindFrom): boolean {
  return isFilter && distinct;
}
