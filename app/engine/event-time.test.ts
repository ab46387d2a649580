import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addHours } from '../model/instant.ts';
import { samplePlan } from '../testing/builders.ts';
import { type EngineHarness, eventRows, startEngineHarness } from '../testing/engine-harness.ts';

let engine: EngineHarness;
let runs = 0;

beforeAll(async () => {
  engine = await startEngineHarness();
});
afterAll(async () => {
  await engine.close();
});

interface Given {
  readonly zone?: string;
  readonly kind?: 'timestamp' | 'instant' | 'text';
  /** End of the window; it is 24 hours long. */
  readonly to: string;
}

/** The instants that the engine reads the texts as, where they lie in the window; those outside are left out. */
async function read(
  times: readonly (string | null)[],
  { zone = 'UTC', kind = 'timestamp', to }: Given,
): Promise<readonly (string | null)[]> {
  const window = { from: addHours(to, -24), to };
  const plan = samplePlan(1, { runId: `run-${String(++runs)}`, changeTypes: ['password'], window, lastEvent: to });
  const run = await engine.open(plan);
  const rows = eventRows(
    times.map((time, place) => [String(place), time]),
    { time: kind },
  );
  await run.attach('database_1/query', rows, { zone });
  await run.evaluate();
  const found = new Map((await run.table('confirmed')).map((row) => [row.user_id, row.password_change_time ?? null]));
  return times.map((_, place) => found.get(String(place)) ?? null);
}

describe('a time without a zone', () => {
  it('is read in the zone of its database', async () => {
    const to = '2026-11-20T14:00:00.000000Z';
    expect(await read(['2026-11-20 14:00:00', '2026-11-20 15:00:00', '2026-11-20 15:00:00.000001'], { zone: 'Europe/Berlin', to })).toEqual(
      ['2026-11-20T13:00:00.000000Z', '2026-11-20T14:00:00.000000Z', null],
    );
    expect(await read(['2026-11-20 03:30:00.123456'], { zone: 'Asia/Kolkata', to })).toEqual(['2026-11-19T22:00:00.123456Z']);
  });

  it('agrees with the zone database on every quarter of an hour around both nights on which clocks change', async () => {
    for (const [zone, day] of [
      ['Europe/Berlin', '2026-03-29'],
      ['Europe/Berlin', '2026-10-25'],
      ['America/New_York', '2026-11-01'],
      ['Australia/Lord_Howe', '2026-04-05'],
      ['Pacific/Apia', '2026-03-01'],
    ] as const) {
      const times = Array.from({ length: 32 }, (_, quarter) => Temporal.PlainDateTime.from(`${day}T00:00`).add({ minutes: quarter * 15 }));
      const instants = times.map((time) => {
        // A repeated time counts as the second one; a skipped one is shifted by the gap.
        const { epochMilliseconds } = time.toZonedDateTime(zone, { disambiguation: 'later' });
        return new Date(epochMilliseconds).toISOString().replace(/\.000Z$/, '.000000Z');
      });
      const to = addHours(instants.toSorted().at(-1) ?? '', 1);
      expect(
        await read(
          times.map((time) => time.toString().replace('T', ' ').padEnd(19, ':00')),
          { zone, to },
        ),
        `${zone} ${day}`,
      ).toEqual(instants);
    }
  });
});

describe('years far away', () => {
  it('are ordinary times outside the window, in every zone', async () => {
    const to = '2026-11-20T14:00:00.000000Z';
    const times = ['0001-01-01 00:00:00', '9999-12-31 23:59:59.999999', '1582-10-10 00:00:00', '2026-11-20 05:00:00'];
    for (const zone of ['UTC', 'Europe/Berlin', 'Pacific/Kiritimati', 'America/Los_Angeles']) {
      const found = await read(times, { zone, to });
      expect(found.slice(0, 3)).toEqual([null, null, null]);
      expect(found[3]).not.toBeNull();
    }
    expect(await read(times, { kind: 'instant', to })).toEqual([null, null, null, '2026-11-20T05:00:00.000000Z']);
    expect(await read(times, { kind: 'text', to })).toEqual([null, null, null, '2026-11-20T05:00:00.000000Z']);
  });

  it('may be the window itself', async () => {
    const to = '0001-01-02T00:00:00.000000Z';
    expect(await read(['0001-01-01 00:00:00', '0001-01-02 00:00:00'], { to })).toEqual(['0001-01-01T00:00:00.000000Z', to]);
    const last = '9999-12-31T23:59:59.999999Z';
    expect(await read(['9999-12-31 23:59:59.999999'], { to: last })).toEqual([last]);
    const before1970 = '1969-07-20T20:17:40.000000Z';
    expect(await read(['1969-07-20 20:17:39.999999'], { to: before1970 })).toEqual(['1969-07-20T20:17:39.999999Z']);
  });
});

describe('a time as text', () => {
  const to = '2026-11-20T14:00:00.000000Z';

  it('is read with its offset where it has one, else in the zone of its database', async () => {
    const times = [
      '2026-11-20 14:00:00',
      '2026-11-20T14:00:00.5',
      '2026-11-20 14:00',
      '2026-11-20',
      '2026-11-20T14:00:00Z',
      '2026-11-20 15:00:00+01:00',
      '2026-11-20T06:00:00.250000-0800',
      '2026-11-20 15:00:00+01',
      ' 2026-11-20 14:00:00.123456000 ',
    ];
    expect(await read(times, { kind: 'text', zone: 'Europe/Berlin', to })).toEqual([
      '2026-11-20T13:00:00.000000Z',
      '2026-11-20T13:00:00.500000Z',
      '2026-11-20T13:00:00.000000Z',
      '2026-11-19T23:00:00.000000Z',
      to,
      to,
      null,
      to,
      '2026-11-20T13:00:00.123456Z',
    ]);
  });

  it('that is blank counts as no time', async () => {
    expect(await read(['2026-11-20 12:00:00', '', '  ', null], { kind: 'text', to })).toEqual([
      '2026-11-20T12:00:00.000000Z',
      null,
      null,
      null,
    ]);
  });

  it('that is none, or that would lose digits, fails the source with an example', async () => {
    for (const text of ['20.11.2026 12:00', '2026-02-30 12:00:00', '2026-11-20 25:00:00', '1795183200', '2026-11-20 12:00:00.1234567']) {
      await expect(read(['2026-11-20 12:00:00', text], { kind: 'text', to })).rejects.toMatchObject({
        failure: { code: 'spool.value', message: expect.stringContaining(text) as string },
      });
    }
  });
});

describe('a zone that is none', () => {
  it('fails the source', async () => {
    await expect(read(['2026-11-20 12:00:00'], { zone: 'Mars/Olympus', to: '2026-11-20T14:00:00.000000Z' })).rejects.toMatchObject({
      failure: { code: 'engine.error' },
    });
  });
});
