/** The stretch of time a statistic is about. */
import { type Instant, instantFromMs } from '../model/instant.ts';
import { dayOf, monthOf } from './rollups.ts';

const dayMs = 86_400_000;

/**
 * The last `days` times 24 hours. Sums exist for whole UTC days and months, so the period is read in parts: the rest of its
 * first day from the executions themselves, the days after it up to the end of the month, then whole months.
 */
export interface Period {
  readonly days: number;
  readonly from: Instant;
  readonly firstDay: string;
  /** Executions of the first day start before this. */
  readonly firstDayEnd: Instant;
  /** Spans of the sums that make up the rest: those greater than `after` and less than `before`. */
  readonly spans: readonly { readonly after: string; readonly before: string }[];
}

/** Comes after every span of a month. */
const end = 'N';

/** The period of `days` before now. Executions belong to the moment they started at; what lies in the future belongs to it too. */
export function periodOf(days: number, nowMs: number): Period {
  const fromMs = nowMs - days * dayMs;
  const from = instantFromMs(fromMs);
  const firstDay = dayOf(from);
  return {
    days,
    from,
    firstDay,
    firstDayEnd: instantFromMs((Math.floor(fromMs / dayMs) + 1) * dayMs),
    spans: [
      { after: firstDay, before: `${firstDay.slice(0, 7)}-99` },
      { after: monthOf(firstDay), before: end },
    ],
  };
}
