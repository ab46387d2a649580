/** Which sources the lists of a query come from, over all databases and groups. */
import type { BindFrom } from '../model/database.ts';
import { sourceIdOf } from '../model/plan.ts';
import { closestWord } from './closest-word.ts';
import type { DeclaredBindFrom } from './query-binds.ts';
import type { QueryDeclaration } from './query-config.ts';
import type { YamlSource } from './yaml-source.ts';

/** A declared query and the databases it runs on. */
export interface PlacedQuery {
  readonly declaration: QueryDeclaration;
  readonly databases: readonly string[];
}

/** The lists of a declared query on one of its databases, by lower-case name of the bind. */
export type BindsOn = (declaration: QueryDeclaration, database: string) => Readonly<Record<string, BindFrom>>;

interface FoundList {
  readonly list: DeclaredBindFrom;
  readonly parents: readonly PlacedQuery[];
  /** Where one database was named. */
  readonly database?: string;
  readonly sources: readonly string[];
}

/**
 * Finds the sources of all lists. Unknown names, sessions that cannot be shared and circles are reported.
 * @param written names, and `database/name`, of all queries as they are written. Where one of them is not among `queries`, it has
 * mistakes of its own, and that it is missing here is not worth a second message
 */
export function linkPipelines(source: YamlSource, queries: readonly PlacedQuery[], written: ReadonlySet<string>): BindsOn {
  const byName = new Map<string, PlacedQuery[]>();
  for (const query of queries) byName.set(query.declaration.name, [...(byName.get(query.declaration.name) ?? []), query]);
  const found = new Map<QueryDeclaration, ReadonlyMap<string, FoundList>>();
  for (const { declaration } of queries) {
    const lists = Object.entries(declaration.lists).flatMap(([name, list]) => {
      const origin = find(list, byName);
      if (origin === undefined && !written.has(list.from)) reportUnknown(source, list, byName);
      return origin === undefined ? [] : [[name, origin] as const];
    });
    found.set(declaration, new Map(lists));
  }
  for (const query of queries) reportSessions(source, query, [...(found.get(query.declaration)?.values() ?? [])]);
  reportCircles(source, queries, found);
  return (declaration, database) =>
    Object.fromEntries(
      [...(found.get(declaration) ?? [])].map(([name, { list, sources, parents }]) => {
        const { from, column, distinct, isFilter } = list;
        const own = declaration.query.sameSession ? parents.map((parent) => sourceIdOf(database, parent.declaration.name)) : sources;
        return [name, { from, column, distinct, isFilter, sources: own }];
      }),
    );
}

/** By its name everywhere, else as `database/name`. */
function find(list: DeclaredBindFrom, byName: ReadonlyMap<string, readonly PlacedQuery[]>): FoundList | undefined {
  const everywhere = byName.get(list.from);
  if (everywhere !== undefined) {
    const sources = everywhere.flatMap(({ declaration, databases }) => databases.map((database) => sourceIdOf(database, declaration.name)));
    return { list, parents: everywhere, sources };
  }
  const slash = list.from.indexOf('/');
  const database = list.from.slice(0, slash);
  const there = slash < 0 ? [] : (byName.get(list.from.slice(slash + 1)) ?? []).filter(({ databases }) => databases.includes(database));
  return there.length === 0 ? undefined : { list, parents: there, database, sources: [list.from] };
}

function reportUnknown(source: YamlSource, list: DeclaredBindFrom, byName: ReadonlyMap<string, readonly PlacedQuery[]>): void {
  const names = [...byName.keys()];
  const places = [...byName.values()]
    .flat()
    .flatMap(({ declaration, databases }) => databases.map((name) => sourceIdOf(name, declaration.name)));
  const closest = closestWord(list.from, list.from.includes('/') ? [...places, ...names] : names);
  const action = closest === undefined ? 'Write the name of a query of this file, or database/name.' : `Did you mean ${closest}?`;
  source.report(list.path, `There is no query ${list.from}.`, action);
}

function reportSessions(source: YamlSource, { declaration, databases }: PlacedQuery, lists: readonly FoundList[]): void {
  if (!declaration.query.sameSession) return;
  for (const { list, parents, database } of lists) {
    const runsOn = new Set(database === undefined ? parents.flatMap((parent) => parent.databases) : [database]);
    const elsewhere = databases.find((name) => !runsOn.has(name));
    if (elsewhere === undefined) continue;
    const message = `The query ${list.from} does not run on the database ${elsewhere}, so there is no session to share.`;
    source.report(list.path, message, `Take a query of the same database, or take same_session out.`);
  }
}

/** Reports each circle once, with its path. */
function reportCircles(
  source: YamlSource,
  queries: readonly PlacedQuery[],
  found: ReadonlyMap<QueryDeclaration, ReadonlyMap<string, FoundList>>,
): void {
  const waiting = new Map<QueryDeclaration, Set<QueryDeclaration>>();
  for (const { declaration } of queries) {
    const lists = [...(found.get(declaration)?.values() ?? [])];
    const parents = lists.flatMap((list) => list.parents.map((parent) => parent.declaration));
    if (parents.length > 0) waiting.set(declaration, new Set(parents));
  }
  for (;;) {
    takeOutFree(waiting);
    const circle = anyCircle(waiting);
    const [first, second] = circle;
    if (first === undefined) return;
    const path = [...circle, first].map(({ name }) => name).join(' → ');
    const list = [...(found.get(first)?.values() ?? [])].find(({ parents }) =>
      parents.some(({ declaration }) => declaration === (second ?? first)),
    );
    source.report(
      list?.list.path ?? first.path,
      `These queries wait for each other: ${path}.`,
      'Let one of them take its values from elsewhere.',
    );
    for (const declaration of circle) waiting.delete(declaration);
  }
}

/** Takes those out that wait for nobody who waits too, until only circles and what hangs on them are left. */
function takeOutFree(waiting: Map<QueryDeclaration, ReadonlySet<QueryDeclaration>>): void {
  const children = new Map<QueryDeclaration, QueryDeclaration[]>();
  for (const [child, parents] of waiting) for (const parent of parents) children.set(parent, [...(children.get(parent) ?? []), child]);
  const isFree = (declaration: QueryDeclaration): boolean => ![...(waiting.get(declaration) ?? [])].some((parent) => waiting.has(parent));
  const free = [...waiting.keys()].filter(isFree);
  for (let next = free.pop(); next !== undefined; next = free.pop()) {
    waiting.delete(next);
    for (const child of children.get(next) ?? []) if (waiting.has(child) && isFree(child)) free.push(child);
  }
}

/** Everybody left waits for somebody left, so going from one to the next must come back. */
function anyCircle(waiting: ReadonlyMap<QueryDeclaration, ReadonlySet<QueryDeclaration>>): readonly QueryDeclaration[] {
  const walked: QueryDeclaration[] = [];
  let [next] = waiting.keys();
  while (next !== undefined) {
    const begin = walked.indexOf(next);
    if (begin >= 0) return walked.slice(begin);
    walked.push(next);
    next = [...(waiting.get(next) ?? [])].find((parent) => waiting.has(parent));
  }
  return [];
}
