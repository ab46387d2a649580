/** What an audit of the history deals with: holds, the chain and its check, what is deleted. */
import type { ExecutionStatus } from './execution-status.ts';
import type { Instant } from './instant.ts';

/** A hold. */
export interface AuditHold {
  readonly holdId: string;
  readonly reason: string;
  readonly setBy: string;
  readonly setAt: Instant;
  /** `null` while it holds. */
  readonly releasedBy: string | null;
  readonly releasedAt: Instant | null;
}

/** The last entry's place and hash; place 0 and an empty hash before the first. */
export interface ChainHead {
  readonly seq: number;
  readonly hash: string;
}

/** What is wrong, and with what. */
export interface ChainFault {
  readonly kind: 'changed' | 'removed' | 'inserted' | 'reordered';
  /** Place in the chain; `null` for a record that has none. */
  readonly seq: number | null;
  /** Execution id, run id or the like, where it is known. */
  readonly subject: string | null;
  /** One sentence. */
  readonly message: string;
}

/** What a check has found. */
export interface ChainVerdict {
  readonly isIntact: boolean;
  /** Entries that were looked at. */
  readonly entries: number;
  /** The last entry: note it elsewhere, and a chain that was cut off or written anew will be found. */
  readonly head: ChainHead;
  /** At most the first 1,000. */
  readonly faults: readonly ChainFault[];
  /**
   * Of a file alone: entries whose record it does not have, and of which it does not say either that they were deleted by a retention. Of
   * these records the file proves nothing; the store's own check tells whether they were removed.
   */
  readonly withoutRecord?: number;
  /** Of a file alone: the place of its first entry, before which it proves nothing; `null` where it has none. */
  readonly begins?: number | null;
}

/** How far a check is. */
export interface ChainProgress {
  readonly entries: number;
  /** Entries that there were when it began. */
  readonly of: number;
}

/** How far a check of a caller's own is. */
export interface CheckProgress extends ChainProgress {
  readonly checkId: string;
}

/** A file of the trail. */
export interface AuditExport {
  readonly path: string;
  readonly entries: number;
  /** The last entry in the file; note it elsewhere. */
  readonly head: ChainHead;
}

/** Executions that ended so, and more than so many days ago, are deleted; those with another end are kept. */
export interface RetentionPolicy {
  readonly executionDays: Readonly<Partial<Record<ExecutionStatus, number>>>;
  /** Runs that ended more than so many days ago and have no executions any more are deleted; absent: they are kept. */
  readonly runDays?: number;
}

/** So many executions and runs would be deleted: what a person has confirmed. */
export interface CountedDeletion {
  readonly executions: number;
  readonly runs: number;
}

/** How much a result is about. */
export function countedOf({ executions, runCount }: RetentionResult): CountedDeletion {
  return { executions: Object.values(executions).reduce((sum, count) => sum + count, 0), runs: runCount };
}

/** What was deleted, or would be. */
export interface RetentionResult {
  readonly isDryRun: boolean;
  readonly executions: Readonly<Partial<Record<ExecutionStatus, number>>>;
  /** Runs that were deleted: their kept results can go too. Empty after a dry run. */
  readonly runIds: readonly string[];
  /** How many runs were or would be deleted; a dry run counts those whose last executions would go before them. */
  readonly runCount: number;
}
