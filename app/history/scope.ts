/** A part of the history. */

/** Whose and what executions; what is absent does not restrict. */
export interface Scope {
  readonly userId?: string;
  readonly databaseName?: string;
  readonly databaseType?: string;
  readonly queryName?: string;
}
