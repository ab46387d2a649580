/** Days of the history as a chart has them: those on which nothing ran as well. */
import type { DayOfHistory } from '../../app/model/history-figures.ts';

const dayMs = 86_400_000;

/** A day of a chart; figures are 0 and the rate `null` where nothing ended. */
export interface ChartDay {
  readonly day: string;
  readonly total: number;
  readonly success: number;
  readonly partial: number;
  readonly timeout: number;
  /** Failures, mistakes of the program, interrupted ones and those that reached a budget. */
  readonly failed: number;
  /** Those that were skipped as well. */
  readonly cancelled: number;
  readonly successRate: number | null;
  readonly rows: number;
}

/** Every UTC day from the first one of the period to today. */
export function chartDays(series: readonly DayOfHistory[], days: number, nowMs: number): readonly ChartDay[] {
  const known = new Map(series.map((day) => [day.day, day]));
  const first = Math.floor((nowMs - days * dayMs) / dayMs);
  const last = Math.floor(nowMs / dayMs);
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const day = new Date((first + index) * dayMs).toISOString().slice(0, 10);
    return chartDay(day, known.get(day));
  });
}

function chartDay(day: string, found: DayOfHistory | undefined): ChartDay {
  if (found === undefined) {
    return { day, total: 0, success: 0, partial: 0, timeout: 0, failed: 0, cancelled: 0, successRate: null, rows: 0 };
  }
  const { byStatus } = found;
  return {
    day,
    total: found.total,
    success: byStatus.success,
    partial: byStatus.partial,
    timeout: byStatus.timeout,
    failed: byStatus.failed + byStatus.error + byStatus.interrupted + byStatus.budget,
    cancelled: byStatus.cancelled + byStatus.skipped,
    successRate: found.successRate,
    rows: found.totalRows,
  };
}
