/** Verdicts of runs, kept so that the next run can tell what has changed since. */
import type { Instant } from './instant.ts';

/** So many clients of a run are kept; of a run that lists more, nothing can be compared. */
export const mostKeptClients = 100_000;

/** A run as far as its verdicts are compared. */
export interface VerdictRun {
  readonly runId: string;
  readonly user: string;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly lastEvent: Instant;
  /** How many sources had no answer. */
  readonly missing: number;
  readonly isCut: boolean;
}

/**
 * What has become of confirmed clients since the previous run. A client that was confirmed and is not any more is `gone` only where
 * every source has answered; else nobody knows, and it is `unknown`.
 */
export interface VerdictChanges {
  readonly run: VerdictRun;
  readonly previous: VerdictRun;
  readonly counts: Readonly<Record<ChangeKind, number>>;
  /** The first of each, by id. */
  readonly clients: Readonly<Record<ChangeKind, readonly string[]>>;
}

/** `new`: confirmed now, not before. `still`: confirmed both times. */
export type ChangeKind = 'new' | 'gone' | 'still' | 'unknown';

/** All kinds, in the order in which they are told. */
export const changeKinds: readonly ChangeKind[] = ['new', 'gone', 'unknown', 'still'];

/** What can be said about a run and the one before it. */
export type VerdictComparison =
  | { readonly kind: 'compared'; readonly changes: VerdictChanges }
  /** No earlier run of the same rule, window and sources is known. */
  | { readonly kind: 'first' }
  /** One of the two lists more clients than are kept. */
  | { readonly kind: 'too-many'; readonly previous: VerdictRun }
  /** Nothing is kept of this run: it has not ended, has failed, or is too old. */
  | { readonly kind: 'not-kept' };

/** What one run said of a client. */
export interface ClientVerdict {
  readonly run: VerdictRun;
  readonly verdict: 'confirmed' | 'undetermined';
}

/** A run's verdicts on their way into the store. */
export interface KeptVerdicts extends VerdictRun {
  /** The same for runs of the same rule, window and sources. */
  readonly comparisonKey: string;
}

/** A part of the clients of a run. */
export interface VerdictClients {
  readonly runId: string;
  readonly verdict: ClientVerdict['verdict'];
  readonly clients: readonly string[];
}

/** What can be asked about kept verdicts, as the rpc of app/channel has it. */
export type VerdictMethods = {
  /** Forgets what was kept of a run. */
  dropVerdicts: { input: { readonly runId: string }; output: null; notice: never };
  /** Adds a part of a run's clients. */
  keepVerdicts: { input: VerdictClients; output: null; notice: never };
  /** Comes last: only now the run's verdicts count, as a whole. */
  keepVerdictRun: { input: KeptVerdicts; output: null; notice: never };
  /** Against the last run before it with the same key; `limit` bounds the clients named of each kind. */
  verdictChanges: { input: { readonly runId: string; readonly limit: number }; output: VerdictComparison; notice: never };
  /** The last runs that listed the client, newest first. */
  clientVerdicts: { input: { readonly client: string; readonly limit: number }; output: readonly ClientVerdict[]; notice: never };
};
