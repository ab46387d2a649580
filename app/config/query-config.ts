/** One entry of `sql_queries` with its SQL file, and the query it makes on a database. */
import { dirname } from 'node:path';
import { type ChangeType, changeTypeOfQueryName, defaultChangeTypes } from '../model/change-type.ts';
import type { BindFrom, DriverKind, QueryConfig } from '../model/database.ts';
import { type Budget, unlimitedBudget } from '../model/policy.ts';
import { type ParsedStatement, parseStatement } from '../sqltext/statement.ts';
import { closestWord } from './closest-word.ts';
import { databaseShapes, querySchema, type RawQuery } from './databases-schema.ts';
import { expandPath, isForeignPath } from './file-path.ts';
import { type QueryDefaults, queryDefaultsOf, readBudget } from './policy.ts';
import { type DeclaredBindFrom, readBinds } from './query-binds.ts';
import { check } from './schema-problems.ts';
import { readTextFile } from './text-file.ts';
import { formatKey, type KeyPath, type YamlSource } from './yaml-source.ts';

/** A statement is text that somebody wrote: what is larger is some other file. */
const maxSqlBytes = 1024 * 1024;

/** A query as it is declared, once, for a database or for a group: everything that is the same wherever it runs. */
export interface QueryDeclaration {
  readonly path: KeyPath;
  readonly name: string;
  readonly query: Omit<QueryConfig, 'bindsFrom' | 'timeoutMs' | 'policy'>;
  /** Binds by lower-case name whose sources are still to be found. */
  readonly lists: Readonly<Record<string, DeclaredBindFrom>>;
  readonly raw: RawQuery;
  readonly budget: Budget;
}

/** What a database gives to its queries. */
export interface QueryLevel extends QueryDefaults {
  readonly driver: DriverKind;
  readonly timeoutMs: number;
}

/** The declaration, or `undefined` after every mistake in it was reported. */
export async function readQuery(
  source: YamlSource,
  path: KeyPath,
  value: unknown,
  around: { readonly homeDir: string; readonly group?: string },
): Promise<QueryDeclaration | undefined> {
  const { sound, rest } = check(source, path, value, querySchema, explainKey);
  const { name, query_location: location } = rest;
  const read = location === undefined ? undefined : await readStatement(source, [...path, 'query_location'], location, around.homeDir);
  const changeType = changeTypeOf(source, path, rest);
  const binds = read === undefined ? undefined : readBinds(source, path, { raw: rest.binds ?? {}, written: writtenBinds(value) }, read);
  const budget = readBudget(source, [...path, 'budget'], rest.budget, unlimitedBudget);
  if (sound?.same_session === true && binds !== undefined && Object.keys(binds.lists).length === 0) {
    const message = 'No bind of this query comes from another one, so there is no session to share.';
    source.report([...path, 'same_session'], message, 'Take it out, or let a bind come from a query: {from: a query, column: a column}.');
  }
  if (typeof sound?.cache_ms === 'number' && binds !== undefined && Object.keys(binds.lists).length > 0) {
    const message = 'A bind of this query comes from another one, so it is asked anew each time.';
    source.report([...path, 'cache_ms'], message, 'Take it out.');
  }
  if (sound === undefined || name === undefined || read === undefined || changeType === undefined) return undefined;
  const query: QueryDeclaration['query'] = {
    name,
    ...(around.group === undefined ? {} : { group: around.group }),
    file: read.file,
    sql: read.statement.sql,
    bindNames: read.statement.bindNames,
    changeType,
    ...(typeof sound.user_column === 'string' ? { userColumn: sound.user_column } : {}),
    ...(typeof sound.time_column === 'string' ? { timeColumn: sound.time_column } : {}),
    idNormaliser: sound.id_normaliser ?? 'exact',
    binds: binds?.values ?? {},
    sameSession: sound.same_session ?? false,
    ...(typeof sound.cache_ms === 'number' ? { cacheMs: sound.cache_ms } : {}),
  };
  return { path, name, query, lists: binds?.lists ?? {}, raw: sound, budget };
}

/** The query on a database. */
export function queryOn(
  level: QueryLevel,
  { query, raw, budget }: QueryDeclaration,
  bindsFrom: Readonly<Record<string, BindFrom>>,
): QueryConfig {
  const { retry, chunk } = queryDefaultsOf(raw, level);
  return {
    ...query,
    bindsFrom,
    timeoutMs: raw.timeout_ms ?? level.timeoutMs,
    policy: { retry, budget, chunk: Math.min(chunk, longestList[level.driver]) },
  };
}

/** Values a server takes in one list: Oracle refuses more than 1,000 with ORA-01795. */
const longestList: Readonly<Record<DriverKind, number>> = { oracle: 1_000, postgres: 10_000, duckdb: 10_000, fake: 10_000 };

/** A key of a database is a mistake about its place, not about the key. */
function explainKey(key: string): readonly [message: string, action: string] | undefined {
  if (!Object.hasOwn(databaseShapes.oracle, key)) return undefined;
  return [`The key ${key} belongs to a database, whose queries share it.`, 'Write it beside sql_queries, or take it out.'];
}

function writtenBinds(query: unknown): readonly string[] {
  const binds: unknown = typeof query === 'object' && query !== null && 'binds' in query ? query.binds : undefined;
  return typeof binds === 'object' && binds !== null ? Object.keys(binds) : [];
}

async function readStatement(
  source: YamlSource,
  path: KeyPath,
  location: string,
  homeDir: string,
): Promise<{ file: string; statement: ParsedStatement } | undefined> {
  const file = expandPath(location, dirname(source.file), homeDir);
  const read = await readTextFile(file, maxSqlBytes);
  if (!read.ok && read.isMissing) {
    const isForeign = isForeignPath(location) || location.includes('\\');
    const hint = isForeign
      ? 'Write a path of this machine; / separates folders on every system.'
      : 'Correct the path or put the file there.';
    source.report(path, `There is no SQL file ${file}.`, hint);
    return undefined;
  }
  const parsed = read.ok ? parseStatement(read.text) : read;
  if (!('value' in parsed)) {
    const { line, column, message, action } = 'error' in parsed ? parsed.error : parsed;
    source.reportElsewhere({ file, line, column, key: formatKey(path), message, action });
    return undefined;
  }
  return { file, statement: parsed.value };
}

/** `undefined` after a problem was reported: a query is never left out of the rules without a word. */
function changeTypeOf(source: YamlSource, path: KeyPath, { name, change_type: given }: Partial<RawQuery>): ChangeType | null | undefined {
  if (given === 'none') return null;
  if (typeof given === 'string') {
    const meant = defaultChangeTypes.some((type) => type === given) ? undefined : closestWord(given, defaultChangeTypes);
    if (meant === undefined) return given;
    // A slip here would quietly take the source out of the rules.
    const action = `Write ${meant}, or a name that is less like it.`;
    source.report([...path, 'change_type'], `The change type ${given} could be mistaken for ${meant}.`, action);
    return undefined;
  }
  const known = name === undefined ? undefined : changeTypeOfQueryName(name);
  if (known !== undefined || name === undefined) return known;
  source.report(
    [...path, 'name'],
    'This name stands for no known change type, and none is given.',
    `Add change_type: ${defaultChangeTypes.join(', ')} or a type of your own; none keeps the query as a table outside the rules.`,
  );
  return undefined;
}
