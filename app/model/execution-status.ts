/** How an execution can end, for the history and for whoever asks it. */

/**
 * How an execution ended. `failed` is a known failure (a refused logon, an unknown table); `error` is a mistake of this
 * program or a process of it that died; `interrupted` means that the program itself died while it ran; `budget` that it was
 * ended because it reached its budget; `partial` that it answered in part.
 */
export const executionStatuses = [
  'success',
  'failed',
  'timeout',
  'error',
  'cancelled',
  'partial',
  'skipped',
  'budget',
  'interrupted',
] as const;

/** One of {@link executionStatuses}. */
export type ExecutionStatus = (typeof executionStatuses)[number];
