/** A statement with `:name` binds as DuckDB wants it: `$name`, and values with their types. */
import { type DuckDBConnection, type DuckDBPreparedStatement, DuckDBTimestampValue, StatementType } from '@duckdb/node-api';
import { CamError, failure } from '../model/failure.ts';
import { microsOfInstant } from '../model/instant.ts';
import { localTimestamp } from '../model/zoned-time.ts';
import type { SqlProblemKind } from '../sqltext/lexer.ts';
import { parseStatement, rewriteBinds } from '../sqltext/statement.ts';
import type { SingleBind, Statement } from './driver.ts';
import { parameterNames, singleBinds } from './statement-binds.ts';

/** A statement ready to be prepared. */
export interface DuckdbStatement {
  readonly sql: string;
  /** Values by the name of the parameter, without `$`. */
  readonly binds: ReadonlyMap<string, SingleBind>;
}

/** Problems of what the text wants; the others are of how it is written. */
const guardKinds: ReadonlySet<SqlProblemKind> = new Set(['empty', 'several-statements', 'not-a-query', 'writes', 'locks']);

/**
 * Reads the statement's text. No comment with the tag is put in: no DBA watches a database inside this process, and the
 * places in DuckDB's messages stay those of the file.
 * @throws CamError `sql.invalid`, `sql.not-read-only`, `sql.binds`
 */
export function toDuckdb(statement: Statement): DuckdbStatement {
  const parsed = parseStatement(statement.sql);
  if (!parsed.ok) {
    const { kind, message, action, line, column } = parsed.error;
    const code = guardKinds.has(kind) ? 'sql.not-read-only' : 'sql.invalid';
    throw new CamError(failure(code, { message: `${message} (line ${String(line)}, column ${String(column)})`, action }));
  }
  const binds = new Map<string, SingleBind>();
  const sql = rewriteBinds(parsed.value, (name, index) => {
    const values = singleBinds(statement, name);
    // As long as the name itself, so that columns in messages are those of the file; DuckDB takes fewer characters than others.
    const own = /^[a-z_][a-z0-9_]*$/.test(name) ? name : `b${String(index)}`;
    const isList = statement.binds[name]?.kind === 'list';
    const parameters = isList ? parameterNames(parsed.value.bindNames, name, values.length) : [own];
    values.forEach((value, place) => binds.set(parameters[place] ?? own, value));
    return parameters.map((parameter) => `$${parameter}`).join(', ');
  });
  return { sql, binds };
}

/**
 * Prepares and binds; the caller destroys the result.
 * @throws what DuckDB throws; CamError `sql.not-read-only` where it is not one statement of the expected type
 */
export async function prepare(
  connection: DuckDBConnection,
  statement: DuckdbStatement,
  zone: string,
  expected: StatementType = StatementType.SELECT,
): Promise<DuckDBPreparedStatement> {
  const extracted = await connection.extractStatements(statement.sql);
  if (extracted.count !== 1) throw new CamError(failure('sql.not-read-only'));
  const prepared = await extracted.prepare(0);
  try {
    if (prepared.statementType !== expected) throw new CamError(failure('sql.not-read-only'));
    for (const [name, bind] of statement.binds) bindOne(prepared, prepared.parameterIndex(name), bind, zone);
    return prepared;
  } catch (error) {
    prepared.destroySync();
    throw error;
  }
}

function bindOne(prepared: DuckDBPreparedStatement, index: number, bind: SingleBind, zone: string): void {
  if (bind.kind === 'instant') {
    const local = `${localTimestamp(bind.instant, zone).replace(' ', 'T')}Z`;
    prepared.bindTimestamp(index, new DuckDBTimestampValue(microsOfInstant(local)));
    return;
  }
  const { value } = bind;
  if (value === null) prepared.bindNull(index);
  else if (typeof value === 'boolean') prepared.bindBoolean(index, value);
  else if (typeof value === 'string') prepared.bindVarchar(index, value);
  else if (Number.isSafeInteger(value)) prepared.bindBigInt(index, BigInt(value));
  else prepared.bindDouble(index, value);
}
