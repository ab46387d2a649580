/** A result that is kept after its run, so that it can be opened again. */
import type { Instant } from './instant.ts';
import type { RunOutcomeKind } from './run.ts';

/** What is known of a kept result without opening it. */
export interface KeptResultSummary {
  readonly runId: string;
  readonly keptAt: Instant;
  readonly user: string;
  readonly startedAt: Instant;
  readonly lastEvent: Instant;
  readonly outcome: RunOutcomeKind;
  readonly expectedSources: number;
  readonly answeredSources: number;
  /** Of the rows on the disk. */
  readonly bytes: number;
}
