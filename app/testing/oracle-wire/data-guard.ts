/** What a listener says of Data Guard: the role of its database, and on a standby how far that is behind. */
import { type Execute, type WireResult } from './backend.ts';
import { type WireColumn } from './columns.ts';
import { OraError } from './ora-error.ts';
import { type WireRow } from './rows.ts';

/** A database in a Data Guard configuration. */
export interface DataGuard {
  /** As `SYS_CONTEXT('USERENV', 'DATABASE_ROLE')` has it; `null`: this server does not know that parameter. */
  readonly role: 'PRIMARY' | 'PHYSICAL STANDBY' | 'LOGICAL STANDBY' | 'SNAPSHOT STANDBY' | null;
  /** The apply lag in V$DATAGUARD_STATS and the age of its datum in seconds; absent: the account may not read the view. */
  readonly stats?: readonly [lag: string | null, ageSeconds: number | null] | 'no row';
}

/** Whether a statement asks for the role. It is answered at once: faults of queries are about queries, not about who answers them. */
export function asksForRole(sql: string): boolean {
  return sql.includes("'DATABASE_ROLE'");
}

/** A backend that answers for Data Guard before it asks another one. Default: a primary. */
export function withDataGuard(execute: Execute, { role, stats }: DataGuard = { role: 'PRIMARY' }): Execute {
  return (request, signal) => {
    if (asksForRole(request.sql)) {
      // ORA-02003: invalid USERENV parameter.
      if (role === null) throw new OraError(2003);
      return oneRow([{ name: 'DATABASE_ROLE', type: 'varchar' }], [role]);
    }
    if (!request.sql.includes('V$DATAGUARD_STATS')) return execute(request, signal);
    if (stats === undefined) throw new OraError(942);
    const columns = [
      { name: 'LAG_INTERVAL', type: 'varchar' },
      { name: 'AGE_SECONDS', type: 'number' },
    ] as const;
    return stats === 'no row' ? { kind: 'rows', columns, rows: [] } : oneRow(columns, stats);
  };
}

function oneRow(columns: readonly WireColumn[], row: WireRow): WireResult {
  return { kind: 'rows', columns, rows: [[row]] };
}
