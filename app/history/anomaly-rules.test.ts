import { describe, expect, it } from 'vitest';
import { instantFromMs } from '../model/instant.ts';
import { newQueries, newUser, type ObservedExecution, queryKey, unusualHours, unusualValues } from './anomaly-rules.ts';
import { localHours } from './local-hours.ts';
import { trendOf } from './trends.ts';

const hourOf = localHours('Europe/Berlin');
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A Friday. */
const nowMs = Date.parse('2026-11-20T09:00:00Z');

function observed(change: Partial<ObservedExecution> & { readonly atMs: number }): ObservedExecution {
  const { atMs, ...rest } = change;
  return {
    executionId: String(atMs),
    userId: 'X1',
    databaseName: 'db',
    queryName: 'query',
    startedAt: instantFromMs(atMs),
    executionUs: 1_000_000,
    totalRows: 100,
    ...rest,
  };
}

describe('an unusual value', () => {
  const hourOf = localHours('UTC');
  // Slow every Friday morning, quick on the other days.
  const past = Array.from({ length: 84 }, (_, day) =>
    observed({
      atMs: nowMs - (day + 1) * dayMs,
      executionUs: day % 7 === 6 ? 60_000_000 + day : 1_000_000 + day * 1000,
      totalRows: 100 + (day % 5),
    }),
  );

  it('is judged by the same hour of other weeks where there are enough of them', () => {
    const usualForFriday = observed({ atMs: nowMs, executionUs: 61_000_000 });
    const quickForFriday = observed({ atMs: nowMs, executionUs: 1_000_000 });
    expect(unusualValues([usualForFriday], past, hourOf)).toEqual([]);
    expect(unusualValues([quickForFriday], past, hourOf)).toMatchObject([
      { kind: 'duration', reason: expect.stringContaining('at this hour of the week') as string },
    ]);
    expect(unusualValues([observed({ atMs: nowMs + dayMs, executionUs: 61_000_000 })], past, hourOf)).toHaveLength(1);
  });

  it('may be a count of rows, and says how many are usual', () => {
    const [found] = unusualValues([observed({ atMs: nowMs, executionUs: null, totalRows: 5000 })], past, hourOf);
    expect(found).toMatchObject({ kind: 'rows' });
    expect(found?.reason).toMatch(
      /^query on db gave 5000 rows; at this hour of the week it gave 10\d rows \(median of 12 executions, score \d+\.\d\)\.$/,
    );
    expect(found?.score).toBeGreaterThan(3.5);
  });

  it('is not seen in a small difference where the past never varied, nor where the past is too short', () => {
    const same = Array.from({ length: 30 }, (_, day) => observed({ atMs: nowMs - (day + 1) * dayMs }));
    expect(unusualValues([observed({ atMs: nowMs, executionUs: 1_300_000 })], same, hourOf)).toEqual([]);
    expect(unusualValues([observed({ atMs: nowMs, executionUs: 1_600_000 })], same, hourOf)).toHaveLength(1);
    expect(unusualValues([observed({ atMs: nowMs, executionUs: 99_000_000 })], same.slice(0, 9), hourOf)).toEqual([]);
  });
});

describe('an unusual hour', () => {
  const workdays = Array.from({ length: 60 }, (_, number) =>
    instantFromMs(Date.parse('2026-11-02T08:00:00Z') + Math.floor(number / 4) * dayMs + (number % 4) * 2 * hourMs),
  ).filter((instant) => hourOf(instant).weekday < 5);

  it('is one at which the user never works, told once for the hour', () => {
    const night = [observed({ atMs: Date.parse('2026-11-20T02:10:00Z') }), observed({ atMs: Date.parse('2026-11-20T02:20:00Z') })];
    expect(unusualHours(night, workdays, hourOf)).toMatchObject([
      {
        kind: 'hour',
        executionId: night[0]?.executionId,
        reason: expect.stringMatching(/^X1 ran query at 03 h on a working day, .* \d+ executions of \d+ days/) as string,
      },
    ]);
    expect(unusualHours([observed({ atMs: nowMs })], workdays, hourOf)).toEqual([]);
    expect(unusualHours([observed({ atMs: nowMs + dayMs })], workdays, hourOf)).toMatchObject([
      { reason: expect.stringContaining('at a weekend') as string },
    ]);
  });

  it('is not claimed of somebody whose hours are not known yet', () => {
    expect(unusualHours([observed({ atMs: Date.parse('2026-11-20T02:10:00Z') })], workdays.slice(0, 19), hourOf)).toEqual([]);
    expect(
      unusualHours(
        [observed({ atMs: Date.parse('2026-11-20T02:10:00Z') })],
        workdays.slice(0, 4).flatMap((instant) => Array<string>(6).fill(instant)),
        hourOf,
      ),
    ).toEqual([]);
  });
});

describe('something new', () => {
  it('is a query that a known user never ran, told once', () => {
    const known = new Set([queryKey({ databaseName: 'db', queryName: 'query' })]);
    const recent = [observed({ atMs: 1 }), observed({ atMs: 2, queryName: 'other' }), observed({ atMs: 3, queryName: 'other' })];
    expect(newQueries(recent, known)).toMatchObject([
      { kind: 'new-query', executionId: '2', reason: 'X1 has never run other on db before.' },
    ]);
    expect(newQueries(recent, new Set())).toEqual([]);
    expect(newUser(observed({ atMs: 5 }))).toMatchObject({ kind: 'new-user', executionId: '5', userId: 'X1' });
  });
});

describe('local hours', () => {
  it('follow the clocks of the zone through both nights of the year', () => {
    expect(hourOf('2026-03-29T00:59:59.999999Z')).toEqual({ weekday: 6, hour: 1 });
    expect(hourOf('2026-03-29T01:00:00.000000Z')).toEqual({ weekday: 6, hour: 3 });
    expect(hourOf('2026-10-25T00:30:00.000000Z')).toEqual({ weekday: 6, hour: 2 });
    expect(hourOf('2026-10-25T01:30:00.000000Z')).toEqual({ weekday: 6, hour: 2 });
    expect(localHours('America/St_Johns')('2026-01-01T03:29:00.000000Z')).toEqual({ weekday: 2, hour: 23 });
    expect(localHours('Asia/Kolkata')('2026-01-01T18:30:00.000000Z')).toEqual({ weekday: 4, hour: 0 });
  });
});

describe('a trend', () => {
  const days = (seconds: readonly number[]): Parameters<typeof trendOf>[0] =>
    seconds.map((second, index) => ({
      database_name: 'db',
      query_name: 'query',
      span: instantFromMs(nowMs + index * dayMs).slice(0, 10),
      timed: 2,
      sum_us: second * 2_000_000,
    }));

  it('is told where a query gets slower or faster from day to day, whatever a single day does', () => {
    const rising = [1, 1.1, 1.2, 99, 1.4, 1.5, 1.6, 1.7, 1.8, 1.9];
    expect(trendOf(days(rising))).toMatchObject([{ direction: 'slower', days: 10, executions: 20 }]);
    expect(trendOf(days(rising))[0]?.slopePerDay).toBeCloseTo(0.1, 10);
    expect(trendOf(days(rising.toReversed()))).toMatchObject([{ direction: 'faster' }]);
    expect(trendOf(days([1, 2, 1, 2, 1, 2, 1, 2]))).toMatchObject([{ direction: 'steady' }]);
    expect(trendOf(days([1, 2, 3]))).toMatchObject([
      { direction: 'unknown', reason: 'query on db has answered on 3 days only; a trend needs 8.' },
    ]);
    expect(trendOf([])).toEqual([]);
  });
});
