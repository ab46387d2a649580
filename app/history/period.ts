/** The stretch of time a statistic is about. */
import { type Instant, instantFromMs } from '../model/instant.ts';
import { dayOf } from './rollups.ts';

const dayMs = 86_400_000;

/**
 * The last `days` times 24 hours. Sums exist for whole UTC days, so the first day of the period, of which only a part belongs
 * to it, is read from the executions themselves: from `from` up to but without `firstDayEnd`.
 */
export interface Period {
  readonly days: number;
  readonly from: Instant;
  readonly firstDay: string;
  readonly firstDayEnd: Instant;
}

/** The period of `days` before now. Executions belong to the moment they started at; what lies in the future belongs to it too. */
export function periodOf(days: number, nowMs: number): Period {
  const fromMs = nowMs - days * dayMs;
  const from = instantFromMs(fromMs);
  return { days, from, firstDay: dayOf(from), firstDayEnd: instantFromMs((Math.floor(fromMs / dayMs) + 1) * dayMs) };
}
