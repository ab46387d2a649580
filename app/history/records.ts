/**
 * What the history keeps, as plain data. A record is always a whole snapshot: begin and end of an execution are the same
 * record, first without its end and then with it, so that writing one twice changes nothing.
 */
import type { AttemptRecord, ExecutionRecord, RunRecord } from '../model/history.ts';

export type { AttemptRecord, ExecutionRecord, ExecutionStatus, JsonObject, RunRecord, RunStatus } from '../model/history.ts';
export { executionStatuses } from '../model/history.ts';

/** What is told to the history. The newest snapshot holds, but the first end of an execution stands, and that of a run until it is resumed. */
export type HistoryEvent =
  | { readonly kind: 'run'; readonly record: RunRecord }
  | { readonly kind: 'execution'; readonly record: ExecutionRecord; readonly attempts: readonly AttemptRecord[] };
