import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { instantFromMicros, microsOfInstant } from '../model/instant.ts';
import { samplePlan } from '../testing/builders.ts';
import { type EngineHarness, eventRows, type HarnessRun, startEngineHarness } from '../testing/engine-harness.ts';
import { loadDanfo } from './danfo.ts';
import { reportFrame } from './report-frame.ts';

let engine: EngineHarness;
let runs = 0;

beforeAll(async () => {
  engine = await startEngineHarness();
});
afterAll(async () => {
  await engine.close();
});

const from = microsOfInstant(samplePlan().window.from);
const hour = 3_600_000_000n;

/** A run in which each client has its four changes the given hours apart. */
async function runOf(widths: readonly number[]): Promise<HarnessRun> {
  const run = await engine.open(samplePlan(4, { runId: `run-${String(++runs)}` }));
  for (const [place, { id }] of run.plan.sources.entries()) {
    const rows = widths.map(
      (width, client) => [String(client), wall(place === 0 ? 0n : BigInt(Math.round(width * Number(hour))))] as const,
    );
    await run.attach(id, eventRows(rows));
  }
  await run.evaluate();
  return run;
}

function wall(offset: bigint): string {
  return instantFromMicros(from + offset)
    .replace('T', ' ')
    .replace('Z', '');
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}

describe('the statistics of a report', () => {
  it('count the events of each kind of the clients in it, with the first and the last', async () => {
    const run = await engine.open(samplePlan(4, { runId: `run-${String(++runs)}` }));
    const [password, email, phone, token] = run.plan.sources.map(({ id }) => id) as [string, string, string, string];
    await run.attach(
      password,
      eventRows([
        ['a', '2026-11-20 10:00:00.000001'],
        ['a', '2026-11-20 11:00:00'],
        ['not in the report', '2026-11-20 09:00:00'],
      ]),
    );
    await run.attach(
      email,
      eventRows([
        ['a', '2026-11-20 12:00:00'],
        ['b', '2026-11-20 13:00:00'],
      ]),
    );
    await run.attach(
      phone,
      eventRows([
        ['a', '2026-11-19 13:59:59'],
        ['a', '2026-11-20 12:00:00'],
      ]),
    );
    await run.attach(token, eventRows([['a', '2026-11-20 12:00:00']]));
    await run.evaluate();
    const { perType } = await engine.rpc.call('statistics', { runId: run.plan.runId });
    expect(perType).toEqual([
      { changeType: 'password', count: 2, first: '2026-11-20T10:00:00.000001Z', last: '2026-11-20T11:00:00.000000Z', share: 0.4 },
      { changeType: 'email', count: 1, first: '2026-11-20T12:00:00.000000Z', last: '2026-11-20T12:00:00.000000Z', share: 0.2 },
      { changeType: 'phone', count: 1, first: '2026-11-20T12:00:00.000000Z', last: '2026-11-20T12:00:00.000000Z', share: 0.2 },
      { changeType: 'token', count: 1, first: '2026-11-20T12:00:00.000000Z', last: '2026-11-20T12:00:00.000000Z', share: 0.2 },
    ]);
  });

  it('describe the width of the windows as computed by hand, and every client is in one bin', async () => {
    const widths = [0, 24, 12, 12.5, 1 / 3600, 23.999];
    const { windowHours, histogram } = await engine.rpc.call('statistics', { runId: (await runOf(widths)).plan.runId });
    expect(windowHours).toMatchObject({ n: 6, min: 0, max: 24 });
    expect(windowHours?.mean).toBeCloseTo(mean(widths), 9);
    expect(windowHours?.median).toBeCloseTo(median(widths), 9);
    expect(windowHours?.std).toBeCloseTo(deviation(widths), 9);
    expect(histogram).toHaveLength(24);
    expect(histogram.reduce((sum, bin) => sum + bin.count, 0)).toBe(6);
    expect(histogram[0]).toEqual({ fromHours: 0, toHours: 1, count: 2 });
    expect(histogram[23]).toEqual({ fromHours: 23, toHours: 24, count: 2 });
  });

  it('are there at once for 200,000 clients whose windows are equally wide', async () => {
    const widths = Array.from({ length: 200_000 }, () => 5);
    const { windowHours, histogram } = await engine.rpc.call('statistics', { runId: (await runOf(widths)).plan.runId });
    expect(windowHours).toEqual({ n: 200_000, mean: 5, median: 5, min: 5, max: 5, std: 0 });
    expect(histogram[5]?.count).toBe(200_000);
  });

  it('have no distribution without a confirmed client and no spread with one alone', async () => {
    const none = await engine.rpc.call('statistics', { runId: (await runOf([])).plan.runId });
    expect(none).toMatchObject({ windowHours: null, histogram: [] });
    expect(none.perType.map((type) => [type.count, type.first, type.share])).toEqual(Array.from({ length: 4 }, () => [0, null, 0]));
    const one = await engine.rpc.call('statistics', { runId: (await runOf([5])).plan.runId });
    expect(one.windowHours).toEqual({ n: 1, mean: 5, median: 5, min: 5, max: 5, std: null });
  });
});

describe('danfo, used as it is here,', () => {
  it('agrees with plain arithmetic on mean, median, deviation and extremes', async () => {
    const { Series } = await loadDanfo();
    const values = fc.array(fc.double({ min: 0, max: 8784, noNaN: true }), { minLength: 2, maxLength: 200 });
    fc.assert(
      fc.property(values, (hours) => {
        const series = new Series(hours);
        expect(series.mean()).toBeCloseTo(mean(hours), 6);
        expect(series.median()).toBeCloseTo(median(hours), 6);
        expect(series.std()).toBeCloseTo(deviation(hours), 6);
        expect(series.min()).toBe(Math.min(...hours));
        expect(series.max()).toBe(Math.max(...hours));
        const described = series.describe().values;
        const expected = [hours.length, series.mean(), series.std(), series.min(), series.median(), series.max()];
        for (const [place, value] of expected.entries()) expect(described[place]).toBeCloseTo(value, 6);
      }),
    );
  });

  it('agrees with plain arithmetic on sums by one key', async () => {
    const { DataFrame } = await loadDanfo();
    const rows = fc.array(fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 1_000_000_000 })), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(rows, (pairs) => {
        const sums = new DataFrame(pairs, { columns: ['key', 'value'] }).groupby(['key']).col(['value']).sum();
        const expected = new Map<number, number>();
        for (const [key, value] of pairs) expected.set(key, (expected.get(key) ?? 0) + value);
        expect(new Map(sums.values.map((row) => [Number(row[0]), Number(row[1])]))).toEqual(expected);
      }),
    );
  });

  it('has the tensor operations that its frames need', async () => {
    const { DataFrame, Series } = (await import('danfojs-node')) as unknown as {
      DataFrame: new (
        rows: readonly (readonly number[])[],
        options: { columns: string[] },
      ) => Record<string, (value?: unknown) => { values: unknown }>;
      Series: new (values: readonly number[]) => { argMax(): number; argMin(): number };
    };
    const frame = new DataFrame(
      [
        [1, 2],
        [3, 5],
      ],
      { columns: ['a', 'b'] },
    );
    const values = (operation: string, value?: unknown): unknown => frame[operation]?.(value).values;
    expect(values('add', 1)).toEqual([
      [2, 3],
      [4, 6],
    ]);
    expect(values('sub', 1)).toEqual([
      [0, 1],
      [2, 4],
    ]);
    expect(values('mul', 2)).toEqual([
      [2, 4],
      [6, 10],
    ]);
    expect(values('div', 2)).toEqual([
      [0.5, 1],
      [1.5, 2.5],
    ]);
    expect(values('pow', 2)).toEqual([
      [1, 4],
      [9, 25],
    ]);
    expect(values('mod', 2)).toEqual([
      [1, 0],
      [1, 1],
    ]);
    expect(values('gt', 2)).toEqual([
      [false, false],
      [true, true],
    ]);
    expect(new Series([1, 9, 3]).argMax()).toBe(1);
    expect(new Series([4, 9, 3]).argMin()).toBe(2);
    const sampled = (await (frame.sample as unknown as (count: number) => Promise<{ values: unknown[] }>).call(frame, 1)).values;
    expect(sampled).toHaveLength(1);
  });
});

describe('the report as a data frame', () => {
  it('keeps ids of 19 digits and microseconds, and has the hours as numbers', async () => {
    const run = await engine.open(samplePlan(4, { runId: `run-${String(++runs)}` }));
    for (const { id } of run.plan.sources) await run.attach(id, eventRows([['1234567890123456789', '2026-11-20 10:00:00.000001', null]]));
    await run.evaluate();
    const page = await run.page({ table: { kind: 'confirmed' } });
    const frame = await reportFrame(page);
    expect(frame.columns).toEqual(page.columns.map((column) => column.name));
    expect(frame.shape).toEqual([1, page.columns.length]);
    const expected = page.rows.map((row) => row.map((cell, place) => (page.columns[place]?.kind === 'double' ? Number(cell) : cell)));
    expect(frame.values).toEqual(expected);
    expect(frame.values[0]?.[0]).toBe('1234567890123456789');
  });

  it('of no rows still has its columns', async () => {
    const frame = await reportFrame({
      columns: [
        { name: 'user_id', kind: 'text' },
        { name: 'hours', kind: 'double' },
      ],
      rows: [],
    });
    expect(frame.columns).toEqual(['user_id', 'hours']);
    expect(frame.shape).toEqual([0, 2]);
  });
});
