/** A statement with `:name` binds as PostgreSQL wants it: `$1`, with values as text. */
import { CamError, failure } from '../../model/failure.ts';
import { localTimestamp } from '../../model/zoned-time.ts';
import { type ParsedStatement, parseStatement, rewriteBinds } from '../../sqltext/statement.ts';
import { withTag } from '../../sqltext/statement-tag.ts';
import type { SingleBind, Statement } from '../driver.ts';
import { singleBinds } from '../statement-binds.ts';

/** Numbers of the types that an instant is bound as without a cast (`pg_type.dat`). */
const timestampType = 1114;
const timestamptzType = 1184;

/** A statement whose binds are known. */
export interface PostgresStatement {
  readonly parsed: ParsedStatement;
  readonly tag: string;
  /** In the order of their parameters; each value of a list is one. */
  readonly binds: readonly SingleBind[];
  /** The places in `binds` that a bind variable stands for, by the place of its name in `parsed`. */
  readonly places: readonly (readonly number[])[];
}

/** Reads the statement's text. @throws CamError `sql.not-read-only`, `sql.binds` */
export function toPostgres(statement: Statement): PostgresStatement {
  const parsed = parseStatement(statement.sql);
  if (!parsed.ok) {
    const { message, action, line, column } = parsed.error;
    throw new CamError(failure('sql.not-read-only', { message: `${message} (line ${line}, column ${column})`, action }));
  }
  let count = 0;
  const byName = parsed.value.bindNames.map((name) => singleBinds(statement, name));
  const places = byName.map((binds) => binds.map(() => count++));
  return { parsed: parsed.value, tag: statement.tag, binds: byName.flat(), places };
}

/** The text to send. Parameters in `cast` are declared to be timestamps instead of what the server would guess. */
export function textOf(statement: PostgresStatement, cast: readonly boolean[] = []): string {
  const parameter = (place: number): string => `$${place + 1}${cast[place] === true ? '::timestamp' : ''}`;
  const rewritten = rewriteBinds(statement.parsed, (_, index) => (statement.places[index] ?? []).map(parameter).join(', '));
  return withTag(rewritten, statement.tag);
}

/** Whether a parameter is an instant. */
export function instantParameters(statement: PostgresStatement): readonly boolean[] {
  return statement.binds.map((bind) => bind.kind === 'instant');
}

/** Which parameters have to be cast: instants that the server takes for something else than a time, such as an interval. */
export function parametersToCast(statement: PostgresStatement, types: readonly number[]): readonly boolean[] {
  return instantParameters(statement).map(
    (isInstant, index) => isInstant && types[index] !== timestampType && types[index] !== timestamptzType,
  );
}

/**
 * The values as text. An instant is the local date and time of the database's zone, and the exact moment where the server
 * wants a time with a zone: a local time is ambiguous in the hour that clocks repeat.
 */
export function valuesOf(statement: PostgresStatement, types: readonly number[], zone: string): (string | null)[] {
  return statement.binds.map((bind, index) => {
    if (bind.kind === 'value') return bind.value === null ? null : String(bind.value);
    return types[index] === timestamptzType ? bind.instant : localTimestamp(bind.instant, zone);
  });
}
