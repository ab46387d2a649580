/** Columns of a result, and which of them is the client id and which the time. */
import { CamError, failure } from './failure.ts';

/**
 * What a column's values are.
 * - `text`: string
 * - `integer`: a whole number within 64 bits (number or bigint)
 * - `decimal`: an exact number of any length, as text (`-12.5`), so that nothing is rounded
 * - `double`: an IEEE double
 * - `boolean`
 * - `timestamp`: a date and time of day without a zone; read in the database's configured zone
 * - `instant`: a moment in time (its source had a zone); kept in UTC
 */
export type ColumnKind = 'text' | 'integer' | 'decimal' | 'double' | 'boolean' | 'timestamp' | 'instant';

/** One column as the database describes it. */
export interface Column {
  /** The name as the database gives it; case is kept. */
  readonly name: string;
  readonly kind: ColumnKind;
  /**
   * How `timestamp` and `instant` values arrive in a batch: `text` as `YYYY-MM-DD HH:MM:SS[.ffffff]` (an instant as UTC),
   * `micros` as a bigint of microseconds since 1970-01-01 (a timestamp's wall clock taken as if UTC). Default `text`.
   */
  readonly encoding?: 'text' | 'micros';
}

/** The columns the merge needs. */
export interface ColumnRoles {
  readonly user: string;
  readonly time: string;
}

const userNames = ['user_id', 'userid', 'user', 'client_id', 'employee_id'];
const timeNames = ['change_timestamp', 'change_time', 'timestamp', 'modified_date', 'change_date', 'action_timestamp', 'action_date'];

/**
 * Finds the id and the time column by name, in any case, or takes the configured ones.
 * @throws CamError `sql.columns` when a column is missing, or when two could be meant and none is configured.
 */
export function resolveColumnRoles(
  columns: readonly Column[],
  configured: { readonly userColumn?: string | undefined; readonly timeColumn?: string | undefined },
): ColumnRoles {
  return {
    user: findColumn(columns, 'user_column', 'client id', configured.userColumn, userNames),
    time: findColumn(columns, 'time_column', 'time of the change', configured.timeColumn, timeNames),
  };
}

/**
 * The roles of a table outside the rules, as far as names alone tell them. A role that no column, or more than one, could
 * have is left out: nothing is guessed, and such a table is still a table.
 */
export function knownColumnRoles(columns: readonly Column[]): { readonly user?: string; readonly time?: string } {
  const only = (names: readonly string[]): string | undefined => {
    const found = columns.filter((column) => names.includes(column.name.toLowerCase()));
    return found.length === 1 ? found[0]?.name : undefined;
  };
  const user = only(userNames);
  const time = only(timeNames);
  return { ...(user === undefined ? {} : { user }), ...(time === undefined ? {} : { time }) };
}

function findColumn(
  columns: readonly Column[],
  key: string,
  what: string,
  configured: string | undefined,
  names: readonly string[],
): string {
  const wanted = configured === undefined ? names : [configured.toLowerCase()];
  const found = columns.filter((column) => wanted.includes(column.name.toLowerCase()));
  const only = found[0];
  if (only !== undefined && found.length === 1) return only.name;
  const have = columns.map((column) => column.name).join(', ');
  if (found.length > 1) {
    throw new CamError(
      failure('sql.columns', {
        message: `Several columns could be the ${what}: ${found.map((column) => column.name).join(', ')}.`,
        action: `Set ${key} for this query in databases.yaml to one of them.`,
      }),
    );
  }
  throw new CamError(
    failure('sql.columns', {
      message:
        configured === undefined ? `No column of the result is known as the ${what}.` : `The result has no column ${configured} (${key}).`,
      action: `Set ${key} for this query in databases.yaml to one of: ${have}.`,
    }),
  );
}
