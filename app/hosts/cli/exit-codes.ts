/** How `cam` ends: scripts act on it, so the meaning of a number never changes. */
import type { RunState } from '../../model/run.ts';

/** The numbers, by what they mean. */
export const exitCodes = {
  complete: 0,
  matchFound: 1,
  incomplete: 2,
  failed: 3,
  badConfiguration: 4,
  cancelled: 130,
} as const;

/** An exit code of `cam`. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/**
 * The exit code of an ended run. An incomplete run is never 0. With `failOnMatch` a confirmed client gives 1, also where
 * the run is incomplete: what is confirmed stays confirmed.
 */
export function exitCodeOfRun(state: RunState, failOnMatch: boolean): ExitCode {
  const { outcome } = state;
  if (outcome === 'cancelled') return exitCodes.cancelled;
  if (outcome === undefined || outcome === 'failed') return exitCodes.failed;
  if (failOnMatch && (state.merge?.confirmed ?? 0) > 0) return exitCodes.matchFound;
  return outcome === 'partial' ? exitCodes.incomplete : exitCodes.complete;
}
