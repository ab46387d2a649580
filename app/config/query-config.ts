/** One entry of `sql_queries` with its SQL file, as a checked value. */
import { dirname } from 'node:path';
import { type ChangeType, changeTypeOfQueryName, defaultChangeTypes } from '../model/change-type.ts';
import type { QueryConfig } from '../model/database.ts';
import { type ParsedStatement, parseStatement } from '../sqltext/statement.ts';
import { closestWord } from './closest-word.ts';
import { querySchema, type RawQuery } from './databases-schema.ts';
import { expandPath, isForeignPath } from './file-path.ts';
import { check } from './schema-problems.ts';
import { readTextFile } from './text-file.ts';
import { formatKey, type KeyPath, type YamlSource } from './yaml-source.ts';

/** A statement is text that somebody wrote: what is larger is some other file. */
const maxSqlBytes = 1024 * 1024;

/** The query, or `undefined` after every mistake in it was reported. */
export async function readQuery(
  source: YamlSource,
  path: KeyPath,
  value: unknown,
  around: { readonly homeDir: string; readonly timeoutMs: number },
): Promise<QueryConfig | undefined> {
  const { sound, rest } = check(source, path, value, querySchema);
  const { name, query_location: location } = rest;
  const read = location === undefined ? undefined : await readStatement(source, [...path, 'query_location'], location, around.homeDir);
  const changeType = changeTypeOf(source, path, rest);
  const binds = read === undefined ? {} : bindsOf(source, path, rest.binds ?? {}, read.statement);
  if (sound === undefined || name === undefined || read === undefined || changeType === undefined) return undefined;
  return {
    name,
    file: read.file,
    sql: read.statement.sql,
    bindNames: read.statement.bindNames,
    changeType,
    ...(typeof sound.user_column === 'string' ? { userColumn: sound.user_column } : {}),
    ...(typeof sound.time_column === 'string' ? { timeColumn: sound.time_column } : {}),
    idNormaliser: sound.id_normaliser ?? 'exact',
    binds,
    timeoutMs: sound.timeout_ms ?? around.timeoutMs,
  };
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

function bindsOf(source: YamlSource, path: KeyPath, raw: RawBinds, statement: ParsedStatement): QueryConfig['binds'] {
  const given = new Map<string, RawBinds[string]>();
  for (const [written, value] of Object.entries(raw)) {
    const name = written.toLowerCase();
    const at = [...path, 'binds', written];
    if (name === 'start_date') source.reportKey(at, 'The program gives :start_date its value itself.', 'Take it out.');
    else if (given.has(name))
      source.reportKey(at, `The bind variable :${name} has two values.`, 'Keep one of the two; case does not matter.');
    else if (!statement.bindNames.includes(name))
      source.reportKey(at, `The statement has no bind variable :${name}.`, unusedAction(name, statement));
    else if (typeof value === 'number' && !Number.isSafeInteger(value) && Number.isInteger(value)) {
      source.report(at, 'The number is too large to be kept without loss.', `Put it in quotes: '${source.writtenAs(at) ?? ''}'.`);
    } else given.set(name, value);
  }
  for (const name of statement.bindNames) {
    if (name === 'start_date' || given.has(name) || Object.keys(raw).some((written) => written.toLowerCase() === name)) continue;
    source.report(
      [...path, 'binds'],
      `The bind variable :${name} of the statement has no value.`,
      `Add it under binds (${name}: value), or take it out of the SQL file.`,
    );
  }
  return Object.fromEntries(given);
}

type RawBinds = NonNullable<RawQuery['binds']>;

function unusedAction(name: string, { bindNames }: ParsedStatement): string {
  const closest = closestWord(
    name,
    bindNames.filter((other) => other !== 'start_date'),
  );
  return closest === undefined ? 'Take it out.' : `Did you mean ${closest}?`;
}
