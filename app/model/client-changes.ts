/** The clients of a run beside those of the run before that asked the same. */

/** Some clients: how many, and the first of them. */
export interface ClientList {
  readonly count: number;
  /** At most the first 500, in the order of the report. */
  readonly clients: readonly string[];
}

/** What became of the clients. While this run lacks a source, nobody is gone: it is only not known. */
export interface ClientChanges {
  readonly runId: string;
  readonly previousRunId: string;
  /** Confirmed now and not before. */
  readonly fresh: ClientList;
  /** Confirmed in both. */
  readonly still: ClientList;
  /** Confirmed before; now a missing source decides. */
  readonly undecided: ClientList;
  /** Confirmed before, and in no list now. */
  readonly gone: ClientList;
  /** Whether this run lacks a source, so that those who are in no list may still qualify. */
  readonly isIncomplete: boolean;
  /** Whether the run before lacked one, so that those who are new may have qualified then as well. */
  readonly wasIncomplete: boolean;
}
