/** A recorded run on a time line: a lane for each source, a bar for each attempt, and the waits between them. */
import type { RunDetail } from '../../app/model/history-pages.ts';
import type { AttemptRecord, ExecutionRecord } from '../../app/model/history.ts';
import { sourceIdOf } from '../../app/model/plan.ts';
import type { Outcome } from '../ui/outcome-mark.tsx';

/** A stretch of a lane; places are shares of its width, 0..1. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly seconds: number;
}

/** One attempt. */
export interface AttemptBar extends Stretch {
  readonly attempt: number;
  readonly round: number;
  readonly outcome: Outcome;
  readonly endpoint: string;
  readonly errorCode: string | null;
}

/** One source: all that was tried for it, and how it stands after the last. */
export interface Lane {
  readonly source: string;
  readonly database: string;
  readonly query: string;
  readonly bars: readonly AttemptBar[];
  readonly waits: readonly Stretch[];
  /** Its executions in order, one for each time it was asked; none where it never started. */
  readonly executions: readonly ExecutionRecord[];
  /** Why it was never asked. */
  readonly neverStarted: string | null;
}

/** The whole picture. */
export interface Timeline {
  readonly lanes: readonly Lane[];
  /** Seconds after the start of the run, and where they lie. */
  readonly ticks: readonly { readonly at: number; readonly seconds: number }[];
  /** Stretches of time in which nothing went on, drawn short: a run that was completed hours later. */
  readonly breaks: readonly Stretch[];
}

const breakShare = 0.05;
/** A shorter stretch is drawn as it is. */
const leastBreakMs = 60_000;
const steps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400];
const mostTicks = 8;

/** Draws a run up to now; attempts that still run end there. */
export function timelineOf(detail: RunDetail, nowMs: number): Timeline {
  const { run, executions } = detail;
  const startMs = Date.parse(run.startedAt);
  const spans = executions.map(({ execution, attempts }) => spanOf(execution, attempts, nowMs));
  const scale = scaleOf(startMs, [[startMs, startMs], ...spans, ...(run.completedAt === null ? [[startMs, nowMs] as const] : [])]);
  const stretch = (fromMs: number, toMs: number): Stretch => ({
    from: scale.place(fromMs),
    to: scale.place(toMs),
    seconds: Math.max(0, toMs - fromMs) / 1000,
  });
  const groups = Map.groupBy(executions, ({ execution }) => sourceIdOf(execution.databaseName, execution.queryName));
  const reasons = new Map(run.missing.map((missing) => [missing.source, missing.message]));
  const planned = run.plan.sources.map(({ id }) => id);
  const sources = [...new Set([...planned, ...groups.keys()])];
  const known = new Map(run.plan.sources.map((source) => [source.id, source]));
  return {
    lanes: sources.map((source) => {
      const own = groups.get(source) ?? [];
      const first = own[0]?.execution;
      return {
        source,
        database: first?.databaseName ?? known.get(source)?.database ?? source,
        query: first?.queryName ?? known.get(source)?.query ?? source,
        executions: own.map(({ execution }) => execution),
        bars: own.flatMap(({ attempts }, index) => attempts.map((attempt) => barOf(attempt, index + 1, stretch, nowMs))),
        waits: own.flatMap(({ attempts }) => waitsOf(attempts, stretch)),
        neverStarted: own.length === 0 ? (reasons.get(source) ?? '') : null,
      };
    }),
    ticks: scale.ticks,
    breaks: scale.breaks.map(([from, to]) => stretch(from, to)),
  };
}

type Span = readonly [fromMs: number, toMs: number];

function spanOf(execution: ExecutionRecord, attempts: readonly AttemptRecord[], nowMs: number): Span {
  const ends = [execution, ...attempts].map(({ completedAt }) => (completedAt === null ? nowMs : Date.parse(completedAt)));
  return [Date.parse(execution.startedAt), Math.max(...ends)];
}

function barOf(attempt: AttemptRecord, round: number, stretch: (from: number, to: number) => Stretch, nowMs: number): AttemptBar {
  return {
    ...stretch(Date.parse(attempt.startedAt), attempt.completedAt === null ? nowMs : Date.parse(attempt.completedAt)),
    attempt: attempt.attempt,
    round,
    outcome: attempt.status ?? 'running',
    endpoint: attempt.endpoint ?? '',
    errorCode: attempt.errorCode,
  };
}

function waitsOf(attempts: readonly AttemptRecord[], stretch: (from: number, to: number) => Stretch): readonly Stretch[] {
  return attempts.flatMap((attempt, index) => {
    const next = attempts[index + 1];
    if (next === undefined || attempt.completedAt === null) return [];
    const wait = stretch(Date.parse(attempt.completedAt), Date.parse(next.startedAt));
    return wait.seconds > 0 ? [wait] : [];
  });
}

interface Scale {
  readonly place: (ms: number) => number;
  readonly ticks: Timeline['ticks'];
  readonly breaks: readonly Span[];
}

/** Minutes in which nothing went on, longer than all the rest, are drawn as a short break. */
function scaleOf(startMs: number, spans: readonly Span[]): Scale {
  const busy = merged(spans);
  const busyMs = Math.max(
    1,
    busy.reduce((sum, [from, to]) => sum + to - from, 0),
  );
  const pieces: { readonly span: Span; readonly weight: number; readonly isBreak: boolean }[] = [];
  for (const [index, span] of busy.entries()) {
    const before = busy[index - 1];
    if (before !== undefined) {
      const idle: Span = [before[1], span[0]];
      const isBreak = idle[1] - idle[0] > Math.max(busyMs, leastBreakMs);
      pieces.push({ span: idle, weight: isBreak ? busyMs * breakShare : idle[1] - idle[0], isBreak });
    }
    pieces.push({ span, weight: span[1] - span[0], isBreak: false });
  }
  const total = Math.max(
    1,
    pieces.reduce((sum, { weight }) => sum + weight, 0),
  );
  const place = (ms: number): number => {
    let before = 0;
    for (const { span, weight } of pieces) {
      if (ms <= span[0]) break;
      const share = span[1] === span[0] ? 1 : Math.min(1, (ms - span[0]) / (span[1] - span[0]));
      before += weight * share;
    }
    return before / total;
  };
  const breaks = pieces.filter(({ isBreak }) => isBreak).map(({ span }) => span);
  return { place, breaks, ticks: ticksOf(startMs, breaks[0]?.[0] ?? busy.at(-1)?.[1] ?? startMs, place) };
}

/** Round counts of seconds up to the first break: behind it they would say little. */
function ticksOf(startMs: number, endMs: number, place: (ms: number) => number): Timeline['ticks'] {
  const seconds = (endMs - startMs) / 1000;
  const share = place(endMs);
  const room = Math.max(1, Math.round(mostTicks * share));
  const step = steps.find((each) => seconds / each <= room) ?? 86_400 * Math.ceil(seconds / 86_400 / room);
  const count = Math.floor(seconds / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, index) => ({ at: place(startMs + index * step * 1000), seconds: index * step }));
}

function merged(spans: readonly Span[]): readonly Span[] {
  const result: Span[] = [];
  for (const [from, to] of [...spans].sort(([a], [b]) => a - b)) {
    const last = result.at(-1);
    if (last !== undefined && from <= last[1]) result[result.length - 1] = [last[0], Math.max(last[1], to)];
    else result.push([from, to]);
  }
  return result;
}
