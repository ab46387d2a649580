/** From filters as they are set to what the history is asked. */
import type { MethodInput } from '../../app/contract/methods.ts';
import { addHours, type Instant, instantFromMs } from '../../app/model/instant.ts';
import type { ExecutionListFilter, RunListFilter, SpanChoice, SpanName } from '../store/history-slice.ts';
import { readLastEvent } from './last-event.ts';

const hoursOf: Readonly<Record<Exclude<SpanName, 'all' | 'between'>, number>> = {
  day: 24,
  week: 24 * 7,
  month: 24 * 30,
  quarter: 24 * 90,
  year: 24 * 365,
};

/** Everything but which part of the list is wanted. */
export type RunQuestion = Omit<MethodInput<'history.runs'>, 'limit' | 'offset'>;

/** Everything but which part of the list is wanted. */
export type ExecutionQuestion = Omit<MethodInput<'history.executions'>, 'limit' | 'offset'>;

/** The question for runs. */
export function runQuestion(filter: RunListFilter, zone: string, nowMs: number): RunQuestion {
  const { userId, outcome } = filter;
  return { ...spanOf(filter, zone, nowMs), ...searched(filter), ...named({ userId }), ...(outcome === '' ? {} : { outcome }) };
}

/** The question for executions. */
export function executionQuestion(filter: ExecutionListFilter, zone: string, nowMs: number): ExecutionQuestion {
  const { userId, databaseName, queryName, status } = filter;
  return {
    ...spanOf(filter, zone, nowMs),
    ...searched(filter),
    ...named({ userId, databaseName, queryName }),
    ...(status === '' ? {} : { status }),
  };
}

/** Whether anything restricts the list. */
export function isFiltered(filter: SpanChoice): boolean {
  const { span, fromDay, toDay, ...others } = filter;
  return (span !== 'all' && (span !== 'between' || fromDay !== '' || toDay !== '')) || Object.values(others).some((value) => value !== '');
}

/** Ends of the stretch; a day that cannot be read does not restrict. */
function spanOf(choice: SpanChoice, zone: string, nowMs: number): { readonly from?: Instant; readonly to?: Instant } {
  if (choice.span === 'all') return {};
  if (choice.span !== 'between') return { from: instantFromMs(nowMs - hoursOf[choice.span] * 3_600_000) };
  const from = midnight(choice.fromDay, zone);
  const last = midnight(choice.toDay, zone);
  // The day after, whose midnight may be 23 or 25 hours later: from a moment well within it, the zone tells its date.
  const to = last === undefined ? undefined : midnight(nextDay(choice.toDay), zone);
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
}

function nextDay(day: string): string {
  return addHours(`${day}T12:00:00.000000Z`, 24).slice(0, 10);
}

function midnight(day: string, zone: string): Instant | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(day)) return undefined;
  const read = readLastEvent(day, zone);
  switch (read.kind) {
    case 'instant':
      return read.instant;
    case 'gap':
      return read.after.instant;
    case 'ambiguous':
      return read.earlier.instant;
    default:
      return undefined;
  }
}

function searched({ search }: { readonly search: string }): { readonly search?: string } {
  return search.trim() === '' ? {} : { search: search.trim().slice(0, 200) };
}

function named<K extends string>(values: Readonly<Record<K, string>>): Partial<Record<K, string>> {
  return Object.fromEntries(
    Object.entries<string>(values)
      .map(([key, value]) => [key, value.trim()] as const)
      .filter(([, value]) => value !== ''),
  ) as Partial<Record<K, string>>;
}
