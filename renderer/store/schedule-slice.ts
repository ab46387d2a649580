import type { Failure } from '../../app/model/failure.ts';
import type { IntervalState, LedgerInterval, SchedulesView } from '../../app/model/schedule.ts';

/** What the page of planned runs shows. The intervals themselves are asked for by what draws them. */
export interface ScheduleSlice {
  /** `null` until it was asked. */
  readonly view: SchedulesView | null;
  /** Why the last question was not answered. */
  readonly failure: Failure | null;
  /** Counts changes of the ledger; the list is asked for again when it grows. */
  readonly revision: number;
  /** Only intervals of this schedule are listed; empty for all. */
  readonly schedule: string;
  /** Only intervals in this state; empty for all. */
  readonly state: IntervalState | '';
  /** The interval that is shown beside the list. */
  readonly opened: LedgerInterval | null;
}

/** Nothing asked yet, all intervals. */
export function initialSchedules(): ScheduleSlice {
  return { view: null, failure: null, revision: 0, schedule: '', state: '', opened: null };
}
