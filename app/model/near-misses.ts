/** Clients who nearly meet a rule. */
import type { Window } from './plan.ts';

/** How many there are, and what is not known. Clients whom the rule itself confirms are not among them. */
export interface NearMisses {
  /** Of how many kinds of change so many are asked for. */
  readonly atLeast: number;
  readonly of: number;
  readonly windowHours: number;
  readonly window: Window;
  /** Clients in the table. */
  readonly total: number;
  /** Those of them who in truth may meet the rule: what they lack can be in a source without an answer. */
  readonly mayMatch: number;
  /** Further clients of whom it is not known whether they are near misses, because sources are missing. */
  readonly undecided: number;
  /** How many lack each kind of change. */
  readonly lacking: readonly { readonly changeType: string; readonly clients: number }[];
  /** How many have enough kinds, but too far apart. */
  readonly tooWide: number;
  /** False where the window reaches further back than the rows that were asked for: what lies before them is not known. */
  readonly reachesBack: boolean;
  readonly durationMs: number;
}
