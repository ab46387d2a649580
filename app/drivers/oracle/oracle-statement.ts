/** A statement as it is sent: tagged, with its binds typed. */
import type { BindParameter } from 'oracledb';
import oracledb from 'oracledb';
import { CamError, failure } from '../../model/failure.ts';
import { localTimestamp } from '../../model/zoned-time.ts';
import { withTag } from '../../sqltext/statement-tag.ts';
import { parseStatement, rewriteBinds } from '../../sqltext/statement.ts';
import type { SingleBind, Statement } from '../driver.ts';
import { parameterNames, singleBinds } from '../statement-binds.ts';

/** A statement ready to be described and run. */
export interface OracleStatement {
  /** The text of the file, with binds as Oracle is to see them. */
  readonly sql: string;
  /** Values by name; only of binds that occur. */
  readonly binds: Readonly<Record<string, BindParameter>>;
  /** The same text with the comment that says whose it is. */
  readonly tagged: (sql: string) => string;
  /** `line 3, column 8` of the file, for an offset in a tagged text in which `sql` begins at `originalAt`. */
  readonly placeOf: (offset: number, text: string, originalAt: number) => string | undefined;
}

/**
 * Reads a statement. Instants are bound as the wall clock of `zone`.
 * @throws CamError `sql.not-read-only`, `sql.binds`
 */
export function oracleStatement(statement: Statement, zone: string): OracleStatement {
  const parsed = parseStatement(statement.sql);
  if (!parsed.ok) {
    const { message, action, line, column } = parsed.error;
    throw new CamError(failure('sql.not-read-only', { message: `${message} (line ${String(line)}, column ${String(column)})`, action }));
  }
  const binds: Record<string, BindParameter> = {};
  const written = new Map<string, string>();
  for (const name of parsed.value.bindNames) {
    const values = singleBinds(statement, name);
    const isList = statement.binds[name]?.kind === 'list';
    const names = isList ? parameterNames(parsed.value.bindNames, name, values.length) : [name];
    const uses = names.map((own, place) => {
      const { parameter, isTimestampText } = bindParameter(values[place] ?? { kind: 'value', value: null }, zone);
      binds[own] = parameter;
      return isTimestampText ? `CAST(:${own} AS TIMESTAMP)` : `:${own}`;
    });
    written.set(name, uses.join(', '));
  }
  const isAsWritten = [...written].every(([name, text]) => text === `:${name}`);
  const sql = isAsWritten ? parsed.value.sql : rewriteBinds(parsed.value, (name) => written.get(name) ?? `:${name}`);
  return {
    sql,
    binds,
    tagged: (text) => withTag(text, statement.tag),
    placeOf: (offset, text, originalAt) => placeOf(offset, { sent: withTag(text, statement.tag), text, originalAt, sql }),
  };
}

/**
 * A bind with its type. Whole seconds are bound as DATE: compared with a TIMESTAMP, Oracle would convert a DATE
 * column row by row and use no index on it, while a DATE value suits columns of both types. A fraction of a second needs
 * a TIMESTAMP; as text, because the library's dates have milliseconds only, and in the session's own format.
 */
function bindParameter(bind: SingleBind, zone: string): { readonly parameter: BindParameter; readonly isTimestampText: boolean } {
  const plain = (parameter: BindParameter): { parameter: BindParameter; isTimestampText: false } => ({ parameter, isTimestampText: false });
  if (bind.kind === 'instant') {
    const local = localTimestamp(bind.instant, zone);
    if (!local.endsWith('.000000')) return { parameter: { val: local, type: oracledb.DB_TYPE_VARCHAR }, isTimestampText: true };
    return plain({ val: processDate(local), type: oracledb.DB_TYPE_DATE });
  }
  const { value } = bind;
  if (value === null) return plain({ val: null, type: oracledb.DB_TYPE_VARCHAR });
  if (typeof value === 'string') return plain({ val: value, type: oracledb.DB_TYPE_VARCHAR });
  // Before 23ai SQL knows no boolean.
  return plain({ val: Number(value), type: oracledb.DB_TYPE_NUMBER });
}

/** A date whose fields in this process's own zone are those of the text: the library sends exactly these. */
function processDate(local: string): Date {
  const [year, month, day, hour, minute, second] = local.split(/[-: .]/).map(Number) as [number, number, number, number, number, number];
  const date = new Date(2000, month - 1, day, hour, minute, second);
  date.setFullYear(year, month - 1, day);
  return date;
}

interface SentText {
  /** With the tag. */
  readonly sent: string;
  /** Without it. */
  readonly text: string;
  readonly originalAt: number;
  readonly sql: string;
}

function placeOf(offset: number, { sent, text, originalAt, sql }: SentText): string | undefined {
  let tagAt = 0;
  while (tagAt < text.length && sent[tagAt] === text[tagAt]) tagAt += 1;
  const tagSize = sent.length - text.length;
  const untagged = offset <= tagAt ? offset : Math.max(tagAt, offset - tagSize);
  const original = untagged - originalAt;
  if (original < 0 || original > sql.length) return undefined;
  const before = sql.slice(0, original);
  return `line ${String(before.split('\n').length)}, column ${String(original - before.lastIndexOf('\n'))}`;
}
