/** The time that a run looks at: one window that ends at T, or a range through which the window slides. */
import { CamError, failure } from '../model/failure.ts';
import { addHours, earlierOf, type Instant, instantFromMs, msOfInstant, wholeSecond } from '../model/instant.ts';
import type { RunPlan, Window } from '../model/plan.ts';

const dayHours = 24;
const msPerHour = 3_600_000;
const longestDays = 366;

/** What a plan says of its time. @throws CamError `request.invalid` for a range that ends before it begins, or is too long */
export function planWindow(
  request: { readonly lastEvent: Instant; readonly from?: Instant | undefined },
  windowHours: number,
  { nowMs, lookbackDays }: { readonly nowMs: number; readonly lookbackDays: number },
): Pick<RunPlan, 'window' | 'windowHours' | 'range' | 'startDate'> {
  const range = request.from === undefined ? undefined : checkedRange(request.from, request.lastEvent);
  const window = range ?? { from: addHours(request.lastEvent, -windowHours), to: request.lastEvent };
  const lookback = addHours(instantFromMs(nowMs), -lookbackDays * dayHours);
  return { window, windowHours, ...(range !== undefined && { range }), startDate: wholeSecond(earlierOf(lookback, window.from)) };
}

/** Warnings about a range, one sentence each. */
export function notesOfRange(range: Window | undefined, windowHours: number): readonly string[] {
  if (range === undefined || msOfInstant(range.to) - msOfInstant(range.from) >= windowHours * msPerHour) return [];
  return [`The range is shorter than the window of ${String(windowHours)} h: what began before it is not seen.`];
}

function checkedRange(from: Instant, to: Instant): Window {
  const lengthMs = msOfInstant(to) - msOfInstant(from);
  if (lengthMs > 0 && lengthMs <= longestDays * dayHours * msPerHour) return { from, to };
  const message = lengthMs > 0 ? `The range is longer than ${String(longestDays)} days.` : 'The range ends before it begins.';
  throw new CamError(failure('request.invalid', { message, action: 'Give a range of days whose beginning comes first.', field: 'from' }));
}
