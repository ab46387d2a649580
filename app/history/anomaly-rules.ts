/**
 * What is unusual, by rules that can be told in a sentence. Durations and row counts are compared with the past of the same
 * query in the same season (hour of the week, else hour of the day, else weekday, else always), by median and MAD of their
 * logarithms: both grow by factors, and a spread of at least 10 % is assumed. See `modifiedZScore` for the source.
 */
import type { Instant } from '../model/instant.ts';
import type { LocalHour } from './local-hours.ts';
import { type Baseline, baselineOf, modifiedZScore } from './robust.ts';
import type { Anomaly } from '../model/history-figures.ts';

export type { Anomaly } from '../model/history-figures.ts';

/** An execution that answered, as these rules need it. */
export interface ObservedExecution {
  readonly executionId: string;
  readonly userId: string;
  readonly databaseName: string;
  readonly queryName: string;
  readonly startedAt: Instant;
  readonly executionUs: number | null;
  readonly totalRows: number | null;
}

/** Beyond this score a value is unusual, as Iglewicz and Hoaglin recommend. */
const unusualScore = 3.5;
/** With fewer values in a season a wider one is used. */
const fewestValues = 10;
/** 10 %, in logarithms. */
const leastSpread = 0.1;

interface Measure {
  readonly kind: 'duration' | 'rows';
  readonly valueOf: (execution: ObservedExecution) => number | null;
  /** To and from the scale on which values are compared. */
  readonly scaled: (value: number) => number;
  readonly unscaled: (value: number) => number;
  readonly tell: (value: number) => string;
}

const measures: readonly Measure[] = [
  {
    kind: 'duration',
    valueOf: ({ executionUs }) => executionUs,
    // Below a millisecond everything is the same.
    scaled: (us) => Math.log(Math.max(us, 1000)),
    unscaled: Math.exp,
    tell: (us) => `took ${(us / 1_000_000).toPrecision(3)} s`,
  },
  {
    kind: 'rows',
    valueOf: ({ totalRows }) => totalRows,
    scaled: Math.log1p,
    unscaled: Math.expm1,
    tell: (rows) => `gave ${String(Math.round(rows))} rows`,
  },
];

const seasons: readonly { readonly name: string; readonly keyOf: (at: LocalHour) => number }[] = [
  { name: 'at this hour of the week', keyOf: ({ weekday, hour }) => weekday * 24 + hour },
  { name: 'at this hour of the day', keyOf: ({ hour }) => hour },
  { name: 'on this weekday', keyOf: ({ weekday }) => weekday },
  { name: 'otherwise', keyOf: () => 0 },
];

/** Unusual durations and row counts among `recent` executions of one query, judged by `past` ones. */
export function unusualValues(
  recent: readonly ObservedExecution[],
  past: readonly ObservedExecution[],
  hourOf: (instant: Instant) => LocalHour,
): readonly Anomaly[] {
  return measures.flatMap((measure) => {
    const baselines = seasonalBaselines(measure, past, hourOf);
    return recent.flatMap((execution) => {
      const value = measure.valueOf(execution);
      const found = value === null ? undefined : baselines(execution.startedAt);
      if (value === null || found === undefined) return [];
      const score = modifiedZScore(measure.scaled(value), found.baseline, leastSpread);
      if (Math.abs(score) <= unusualScore) return [];
      const usual = measure.tell(measure.unscaled(found.baseline.median));
      const reason =
        `${execution.queryName} on ${execution.databaseName} ${measure.tell(value)}; ${found.season} it ${usual} ` +
        `(median of ${String(found.baseline.n)} executions, score ${score.toFixed(1)}).`;
      return [anomaly(measure.kind, execution, score, reason)];
    });
  });
}

function seasonalBaselines(
  measure: Measure,
  past: readonly ObservedExecution[],
  hourOf: (instant: Instant) => LocalHour,
): (at: Instant) => { readonly baseline: Baseline; readonly season: string } | undefined {
  const values = past.flatMap((execution) => {
    const value = measure.valueOf(execution);
    return value === null ? [] : [{ at: hourOf(execution.startedAt), value: measure.scaled(value) }];
  });
  const divided = seasons.map(({ name, keyOf }) => ({
    name,
    keyOf,
    groups: Map.groupBy(values, ({ at }) => keyOf(at)),
    baselines: new Map<number, Baseline>(),
  }));
  return (instant) => {
    const at = hourOf(instant);
    for (const { name, keyOf, groups, baselines } of divided) {
      const key = keyOf(at);
      const group = groups.get(key) ?? [];
      if (group.length < fewestValues) continue;
      const baseline = baselines.get(key) ?? baselineOf(group.map(({ value }) => value));
      baselines.set(key, baseline);
      return { baseline, season: name };
    }
    return undefined;
  };
}

/** A person's hours are known after so many executions on so many days. */
const fewestExecutions = 20;
const fewestDays = 5;

/**
 * Executions of one user at an hour (an hour more or less, on working days or at the weekend) at which that user has never
 * worked in the past; one for each hour in which there are any. Nothing is said of a user whose hours are not known yet.
 */
export function unusualHours(
  recent: readonly ObservedExecution[],
  past: readonly Instant[],
  hourOf: (instant: Instant) => LocalHour,
): readonly Anomaly[] {
  const days = new Set(past.map((instant) => instant.slice(0, 10)));
  if (past.length < fewestExecutions || days.size < fewestDays) return [];
  const known = new Set(past.map((instant) => slotOf(hourOf(instant))));
  const told = new Set<string>();
  return recent.flatMap((execution) => {
    const at = hourOf(execution.startedAt);
    const isKnown = [23, 0, 1].some((step) => known.has(slotOf({ ...at, hour: (at.hour + step) % 24 })));
    const hour = execution.startedAt.slice(0, 13);
    if (isKnown || told.has(hour)) return [];
    told.add(hour);
    const reason =
      `${execution.userId} ran ${execution.queryName} at ${String(at.hour).padStart(2, '0')} h ${isWeekend(at) ? 'at a weekend' : 'on a working day'}, ` +
      `a time at which none of the ${String(past.length)} executions of ${String(days.size)} days before was.`;
    return [anomaly('hour', execution, null, reason)];
  });
}

/** The first recent execution of each query that a known user has never run before. `known` holds {@link queryKey}s. */
export function newQueries(recent: readonly ObservedExecution[], known: ReadonlySet<string>): readonly Anomaly[] {
  if (known.size === 0) return [];
  const told = new Set(known);
  return recent.flatMap((execution) => {
    const key = queryKey(execution);
    if (told.has(key)) return [];
    told.add(key);
    const reason = `${execution.userId} has never run ${execution.queryName} on ${execution.databaseName} before.`;
    return [anomaly('new-query', execution, null, reason)];
  });
}

/** The first execution of somebody who has never run anything. */
export function newUser(first: ObservedExecution): Anomaly {
  return anomaly('new-user', first, null, `${first.userId} has never run anything before.`);
}

/** One text for a query on a database. */
export function queryKey({ databaseName, queryName }: Pick<ObservedExecution, 'databaseName' | 'queryName'>): string {
  return JSON.stringify([databaseName, queryName]);
}

function isWeekend({ weekday }: LocalHour): boolean {
  return weekday >= 5;
}

function slotOf(at: LocalHour): number {
  return (isWeekend(at) ? 24 : 0) + at.hour;
}

function anomaly(kind: Anomaly['kind'], execution: ObservedExecution, score: number | null, reason: string): Anomaly {
  const { executionId, userId, databaseName, queryName, startedAt } = execution;
  return { kind, executionId, userId, databaseName, queryName, at: startedAt, score, reason };
}
