/** The whole of `databases.yaml`: databases, groups, and the queries of both in their places. */
import type { BindFrom, DatabaseConfig, DatabaseGroup } from '../model/database.ts';
import { sourceIdOf } from '../model/plan.ts';
import { type DatabaseDeclaration, type DatabaseSurroundings, readDatabase, reportDuplicateNames } from './database-config.ts';
import { databasesFileSchema } from './databases-schema.ts';
import { type GroupDeclaration, readGroups } from './groups.ts';
import { linkPipelines, type PlacedQuery } from './pipelines.ts';
import { type QueryDeclaration, queryOn } from './query-config.ts';
import { check } from './schema-problems.ts';
import type { YamlSource } from './yaml-source.ts';

/** What stands in the file, as far as it is right. */
export interface DatabasesFile {
  readonly databases: readonly DatabaseConfig[];
  readonly groups: readonly DatabaseGroup[];
  readonly isSample: boolean;
}

/** Reads the file. Every mistake is reported to `source`; with any, the value is of no use. */
export async function readDatabasesFile(source: YamlSource, around: Omit<DatabaseSurroundings, 'isSample'>): Promise<DatabasesFile> {
  if (source.value === undefined || source.value === null) {
    if (source.problems.length === 0) source.report([], 'The file is empty.', 'Write a list of databases under the key databases.');
    return { databases: [], groups: [], isSample: false };
  }
  const { rest } = check(source, [], source.value, databasesFileSchema);
  const isSample = rest.sample === true;
  const values = rest.databases ?? [];
  const declared: DatabaseDeclaration[] = [];
  for (const [index, value] of values.entries())
    declared.push(await readDatabase(source, ['databases', index], value, { ...around, isSample }));
  reportDuplicateNames(source, ['databases'], values, 'database');
  const rawGroups = rest.groups ?? {};
  const groups = await readGroups(source, rawGroups, declared, around.homeDir);
  reportWithoutQueries(source, declared, groups);
  reportNamesTakenTwice(source, declared, groups);
  const bindsOn = linkPipelines(source, placedQueries(declared, groups), writtenNames(values, rawGroups));
  const databases = declared.flatMap(({ database, level, queries }) => {
    if (database === undefined) return [];
    const all = [...queries, ...groupQueriesOf(database.name, groups)];
    const lists = (query: QueryDeclaration): Readonly<Record<string, BindFrom>> => bindsOn(query, database.name);
    return [{ ...database, queries: all.map((query) => queryOn(level, query, lists(query))) }];
  });
  return { databases, groups: groups.map(({ group }) => group), isSample };
}

function groupQueriesOf(database: string, groups: readonly GroupDeclaration[]): readonly QueryDeclaration[] {
  return groups.filter(({ group }) => group.members.includes(database)).flatMap(({ queries }) => queries);
}

/** A database without queries of its own is only of use in a group. */
function reportWithoutQueries(source: YamlSource, databases: readonly DatabaseDeclaration[], groups: readonly GroupDeclaration[]): void {
  for (const { path, name, hasOwnQueries } of databases) {
    if (hasOwnQueries || groups.some(({ group }) => name !== undefined && group.members.includes(name))) continue;
    const action = 'Add sql_queries: a list of queries (lines that begin with -), or name the database in a group.';
    source.report([...path, 'sql_queries'], 'sql_queries is missing, and no group has this database.', action);
  }
}

/** A source is known by database and query, so a name may come to a database only once, be it from a group. */
function reportNamesTakenTwice(source: YamlSource, databases: readonly DatabaseDeclaration[], groups: readonly GroupDeclaration[]): void {
  const reported = new Set<QueryDeclaration>();
  for (const { name: database, queries } of databases) {
    if (database === undefined) continue;
    const taken = new Map(queries.map((query) => [query.name.toLowerCase(), query]));
    for (const query of groupQueriesOf(database, groups)) {
      const earlier = taken.get(query.name.toLowerCase());
      taken.set(query.name.toLowerCase(), query);
      // Twice in one group is told by the group itself.
      if (earlier === undefined || reported.has(query) || earlier.query.group === query.query.group) continue;
      reported.add(query);
      const message = `The database ${database} has a query of this name already, on line ${source.lineOf([...earlier.path, 'name'])}.`;
      source.report([...query.path, 'name'], message, 'Give it another name, or take one of the two out.');
    }
  }
}

function placedQueries(databases: readonly DatabaseDeclaration[], groups: readonly GroupDeclaration[]): readonly PlacedQuery[] {
  const own = databases.flatMap(({ name, queries }) =>
    queries.map((declaration) => ({ declaration, databases: name === undefined ? [] : [name] })),
  );
  const shared = groups.flatMap(({ group, queries }) => queries.map((declaration) => ({ declaration, databases: group.members })));
  return [...own, ...shared];
}

/** Names of all queries, and these with the databases they are written for, whether they are right or not. */
function writtenNames(databases: readonly unknown[], groups: Readonly<Record<string, unknown>>): ReadonlySet<string> {
  const own = databases.flatMap((database) => placesOf([field(database, 'name')], database));
  const shared = Object.values(groups).flatMap((group) => placesOf(listOf(group, 'members'), group));
  return new Set([...own, ...shared]);
}

function placesOf(databases: readonly unknown[], holder: unknown): readonly string[] {
  const names = listOf(holder, 'sql_queries').flatMap((query) => {
    const name = field(query, 'name');
    return typeof name === 'string' ? [name] : [];
  });
  const places = databases.flatMap((database) => (typeof database === 'string' ? names.map((name) => sourceIdOf(database, name)) : []));
  return [...names, ...places];
}

function listOf(value: unknown, key: string): readonly unknown[] {
  const list = field(value, key);
  return Array.isArray(list) ? list : [];
}

function field(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[key] : undefined;
}
