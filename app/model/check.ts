/** What a dry run over all sources found. */
import type { Column, ColumnRoles } from './column.ts';
import type { Failure } from './failure.ts';
import type { SourceId } from './plan.ts';

/** Who can mend what is wrong. */
export type Mender = 'you' | 'database administrator' | 'network' | 'maintainer';

/** One source, looked at without running it. */
export interface SourceCheck {
  readonly source: SourceId;
  readonly database: string;
  readonly query: string;
  readonly endpoint: string;
  readonly serverVersion?: string;
  /** Columns of the result, where the statement could be described. */
  readonly columns: readonly Column[];
  /** Id and time column; absent for a raw table, or where they could not be told. */
  readonly roles?: ColumnRoles;
  /** What is wrong; absent where nothing is. */
  readonly failure?: Failure;
  readonly mender?: Mender;
}

/** A standby, asked for a sign of life. */
export interface StandbyCheck {
  readonly database: string;
  readonly endpoint: string;
  /** How long the logon and the answer took, in milliseconds. */
  readonly latencyMs?: number;
  /** How far it is behind its primary, in milliseconds; absent where it is a primary itself, or where it is not known. */
  readonly lagMs?: number;
  /** Why it is not known how far it is behind. */
  readonly lagUnknown?: string;
  readonly failure?: Failure;
}

/** All of them, in the order of the configuration. */
export interface CheckReport {
  readonly sources: readonly SourceCheck[];
  readonly standbys: readonly StandbyCheck[];
  readonly durationMs: number;
}

/** Who can mend a failure, by its code. */
export function menderOf(failure: Failure): Mender {
  const { code } = failure;
  if (code === 'breaker.open' || code === 'db.unreachable' || code === 'db.unknown-host' || code === 'db.connection-lost') return 'network';
  if (code === 'db.account-locked' || code === 'sql.denied' || code === 'db.busy' || code === 'db.error' || code === 'db.session-killed') {
    return 'database administrator';
  }
  if (code === 'internal' || code.startsWith('worker.') || code.startsWith('engine.')) return 'maintainer';
  return 'you';
}
