/** What a database's sources add up to. */
import type { RunState, SourceOutcome } from '../../../app/model/run.ts';

/** Sums over the sources of one database; flat, so that it can be compared cheaply. */
export interface DatabaseFigures {
  readonly rows: number;
  /** Whether any source may still answer. */
  readonly isLive: boolean;
  readonly startedAt: string | undefined;
  readonly endedAt: string | undefined;
  /** Where every unanswered source ended alike, how: a database all of whose queries timed out has timed out. */
  readonly word: SourceOutcome['kind'] | null;
}

/** The sums for the sources of one database. */
export function databaseFiguresOf(state: RunState | null, sourceIds: readonly string[]): DatabaseFigures {
  const sources = sourceIds.flatMap((id) => state?.sources[id] ?? []);
  const isLive = sources.some((source) => source.outcome === undefined);
  const starts = sources.flatMap((source) => source.startedAt ?? []).sort();
  const ends = sources.flatMap((source) => source.endedAt ?? []).sort();
  const failures = new Set(
    sources.flatMap(({ outcome }) =>
      outcome === undefined || outcome.kind === 'completed' || outcome.kind === 'cancelled' ? [] : [outcome.kind],
    ),
  );
  return {
    rows: sources.reduce((sum, source) => sum + source.rows, 0),
    isLive,
    startedAt: starts[0],
    endedAt: isLive ? undefined : ends.at(-1),
    word: !isLive && failures.size === 1 ? ([...failures][0] ?? null) : null,
  };
}
