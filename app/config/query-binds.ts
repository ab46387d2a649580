/** The `binds` of a query: plain values, and lists that come from other queries. */
import type * as z from 'zod';
import type { BindFrom, BindValue } from '../model/database.ts';
import { isFilter, listBindProblems } from '../sqltext/list-binds.ts';
import type { ParsedStatement } from '../sqltext/statement.ts';
import { closestWord } from './closest-word.ts';
import { bindFromSchema, type RawQuery } from './databases-schema.ts';
import { check } from './schema-problems.ts';
import { formatKey, type KeyPath, type YamlSource } from './yaml-source.ts';

/** A list whose sources are still to be found. */
export interface DeclaredBindFrom extends Omit<BindFrom, 'sources'> {
  /** Place of the name of the query. */
  readonly path: KeyPath;
}

/** The binds of a query by lower-case name. */
export interface DeclaredBinds {
  readonly values: Readonly<Record<string, BindValue>>;
  readonly lists: Readonly<Record<string, DeclaredBindFrom>>;
}

type RawBinds = NonNullable<RawQuery['binds']>;

/**
 * Looks at every bind. All mistakes are reported.
 * @param written names that stand under `binds`, also of those that are wrong and so not in `raw`
 * @param file where the statement stands
 */
export function readBinds(
  source: YamlSource,
  path: KeyPath,
  binds: { readonly raw: RawBinds; readonly written: readonly string[] },
  { statement, file }: { readonly statement: ParsedStatement; readonly file: string },
): DeclaredBinds {
  const values = new Map<string, BindValue>();
  const lists = new Map<string, DeclaredBindFrom>();
  for (const [written, value] of Object.entries(binds.raw)) {
    const name = written.toLowerCase();
    const at = [...path, 'binds', written];
    if (name === 'start_date') source.reportKey(at, 'The program gives :start_date its value itself.', 'Take it out.');
    else if (values.has(name) || lists.has(name))
      source.reportKey(at, `The bind variable :${name} has two values.`, 'Keep one of the two; case does not matter.');
    else if (!statement.bindNames.includes(name))
      source.reportKey(at, `The statement has no bind variable :${name}.`, unusedAction(name, statement));
    else if (typeof value === 'object' && value !== null) {
      const list = readList(source, at, value, isFilter(statement, name));
      if (list !== undefined) lists.set(name, list);
      reportUses(source, at, statement, name, file);
    } else if (typeof value === 'number' && !Number.isSafeInteger(value) && Number.isInteger(value)) {
      source.report(at, 'The number is too large to be kept without loss.', `Put it in quotes: '${source.writtenAs(at) ?? ''}'.`);
    } else values.set(name, value);
  }
  reportWithoutValue(source, path, binds.written, statement);
  return { values: Object.fromEntries(values), lists: Object.fromEntries(lists) };
}

function readList(source: YamlSource, path: KeyPath, value: object, isOfAll: boolean): DeclaredBindFrom | undefined {
  const { sound } = check<z.output<typeof bindFromSchema>>(source, path, value, bindFromSchema);
  if (sound === undefined) return undefined;
  return { from: sound.from, column: sound.column, distinct: sound.distinct ?? true, isFilter: isOfAll, path: [...path, 'from'] };
}

function reportUses(source: YamlSource, path: KeyPath, statement: ParsedStatement, name: string, file: string): void {
  for (const { line, column, message, action } of listBindProblems(statement, name))
    source.reportElsewhere({ file, line, column, key: formatKey(path), message, action });
}

function reportWithoutValue(source: YamlSource, path: KeyPath, written: readonly string[], statement: ParsedStatement): void {
  const given = new Set(written.map((name) => name.toLowerCase()));
  for (const name of statement.bindNames) {
    if (name === 'start_date' || given.has(name)) continue;
    source.report(
      [...path, 'binds'],
      `The bind variable :${name} of the statement has no value.`,
      `Add it under binds (${name}: value), or take it out of the SQL file.`,
    );
  }
}

function unusedAction(name: string, { bindNames }: ParsedStatement): string {
  const closest = closestWord(
    name,
    bindNames.filter((other) => other !== 'start_date'),
  );
  return closest === undefined ? 'Take it out.' : `Did you mean ${closest}?`;
}
