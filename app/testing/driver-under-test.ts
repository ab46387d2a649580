/** A driver and a database to try it on, as the suite for drivers wants them. */
import type { ConnectTarget, Driver } from '../drivers/driver.ts';
import type { ColumnKind } from '../model/column.ts';
import type { ErrorCode } from '../model/error-code.ts';

/** A statement that must fail, and as what. `place` is a part of the message that tells where, in databases that tell. */
interface FailingSql {
  readonly sql: string;
  readonly code: ErrorCode;
  readonly place?: string;
}

/** SQL of the driver's dialect. */
interface ConformanceSql {
  /** Rows 1 … count in order: a whole number, and the text `row <number>`. The names are `N` and `LABEL` in any case. */
  readonly rows: (count: number) => string;
  /** Works for minutes before its first row. */
  readonly slow: string;
  /** Gives its first rows at once and more than anybody could fetch in minutes. */
  readonly endless: string;
  /** One row of values and one of NULLs: as many kinds as the database has, with the texts `cellText` makes of them. */
  readonly kinds: {
    readonly sql: string;
    readonly columns: readonly { readonly name: string; readonly kind: ColumnKind }[];
    readonly texts: readonly (string | null)[];
  };
  /** One row of `:moment` (a time), `:word`, `:WORD` again, `:number` and `:nothing`, each as a column. */
  readonly binds: string;
  /** Rows 1 … 10: the whole number `N`, and the zone-less time `MOMENT` so many seconds after 2026-01-01 00:00:00. */
  readonly times: string;
  readonly missingTable: FailingSql;
  readonly badSyntax: FailingSql;
  /** Gives at least one row before it fails. */
  readonly failsMidway: FailingSql;
}

/** A driver and a database to try it on. */
export interface DriverUnderTest {
  readonly driver: Driver;
  readonly target: ConnectTarget;
  /** A target that cannot be reached, and how that is told. */
  readonly unreachable: { readonly target: ConnectTarget; readonly code: ErrorCode };
  readonly sql: ConformanceSql;
  /** Statements that the server itself says are running, where it can be asked. */
  readonly runningStatements?: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** What a target needs besides the endpoint. */
export const plainTarget: Omit<ConnectTarget, 'endpoint'> = {
  authentication: { kind: 'none' },
  zone: 'UTC',
  connectTimeoutMs: 10_000,
  clientIdentifier: 'conformance',
  oracleClient: { traceLevel: 0 },
  options: {},
};
