import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { samplePlan } from '../testing/builders.ts';
import {
  type EngineHarness,
  eventRows,
  type HarnessRun,
  type SourceRows,
  startEngineHarness,
  writeSpool,
} from '../testing/engine-harness.ts';

let engine: EngineHarness;
const [password, email, phone, token] = samplePlan().sources.map((source) => source.id) as [string, string, string, string];
let runs = 0;

beforeAll(async () => {
  engine = await startEngineHarness();
});
afterAll(() => engine.close());

const openRun = (change: Parameters<typeof samplePlan>[1] = {}): Promise<HarnessRun> =>
  engine.open(samplePlan(4, { runId: `evidence-${String(runs++)}`, ...change }));

const rowsOf = (run: HarnessRun, client: string, limit = 100) => engine.rpc.call('clientRows', { runId: run.plan.runId, client, limit });
const sharedOf = (run: HarnessRun, client: string) => engine.rpc.call('sharedAttributes', { runId: run.plan.runId, client });

/** Rows with a text column each of these names. */
function named(names: readonly string[], rows: readonly (readonly unknown[])[]): SourceRows {
  return {
    columns: [
      { name: 'user_id', kind: 'text' },
      { name: 'change_date', kind: 'timestamp' },
      ...names.map((name) => ({ name, kind: 'text' as const })),
    ],
    parts: rows.length === 0 ? [] : [rows],
  };
}

describe('the rows of a client', () => {
  it('come from every source, with their place, their time in microseconds and their distance to T', async () => {
    const run = await openRun();
    await run.attach(
      password,
      eventRows([
        ['b', '2026-11-20 13:00:00', 'somebody else'],
        ['a', '2026-11-20 13:59:59.999999', 'last'],
      ]),
    );
    await run.attach(email, eventRows([['a', '2026-11-19 15:00:00', 'an hour earlier in its zone']]), { zone: 'Europe/Berlin' });
    await run.attach(phone, eventRows([['a', '2026-11-01 00:00:00']]));
    const found = await rowsOf(run, 'a');
    expect(found.total).toBe(3);
    expect(found.events).toEqual([
      {
        source: password,
        row: 2,
        time: '2026-11-20T13:59:59.999999Z',
        beforeTMicros: '1',
        isInWindow: true,
        cells: ['a', '2026-11-20 13:59:59.999999', 'last'],
      },
      {
        source: email,
        row: 1,
        time: '2026-11-19T14:00:00.000000Z',
        beforeTMicros: '86400000000',
        isInWindow: true,
        cells: ['a', '2026-11-19 15:00:00', 'an hour earlier in its zone'],
      },
      {
        source: phone,
        row: 1,
        time: '2026-11-01T00:00:00.000000Z',
        beforeTMicros: '1692000000000',
        isInWindow: false,
        cells: ['a', '2026-11-01 00:00:00', null],
      },
    ]);
    expect(found.sources.map(({ source, rows, inWindow }) => ({ source, rows, inWindow }))).toEqual([
      { source: password, rows: 1, inWindow: 1 },
      { source: email, rows: 1, inWindow: 1 },
      { source: phone, rows: 1, inWindow: 0 },
    ]);
  });

  it('keep both ends of the window inside, and a time after T outside with a negative distance', async () => {
    const run = await openRun();
    const times = ['2026-11-19 13:59:59.999999', '2026-11-19 14:00:00', '2026-11-20 14:00:00', '2026-11-20 14:00:00.000001'];
    await run.attach(token, eventRows(times.map((time) => ['a', time])));
    const { events } = await rowsOf(run, 'a');
    expect(events.map(({ time, isInWindow, beforeTMicros }) => [time?.slice(11, 26), isInWindow, beforeTMicros])).toEqual([
      ['14:00:00.000000', true, '0'],
      ['14:00:00.000000', true, '86400000000'],
      ['14:00:00.000001', false, '-1'],
      ['13:59:59.999999', false, '86400000001'],
    ]);
  });

  it('without a time are there, and counted apart', async () => {
    const run = await openRun();
    await run.attach(
      token,
      eventRows([
        ['a', null, 'no time'],
        ['a', '2026-11-20 10:00:00', 'in the window'],
      ]),
    );
    const found = await rowsOf(run, 'a');
    expect(found.events.map(({ time, beforeTMicros, cells }) => [time, beforeTMicros, cells[2]])).toEqual([
      ['2026-11-20T10:00:00.000000Z', '14400000000', 'in the window'],
      [null, null, 'no time'],
    ]);
    expect(found.sources).toMatchObject([{ rows: 2, inWindow: 1, withoutTime: 1, timeColumn: 'change_date' }]);
  });

  it('are found under the normaliser of each source, and by any kind of id', async () => {
    const run = await openRun();
    await run.attach(password, eventRows([[' ABC ', '2026-11-20 10:00:00']]), { idNormaliser: 'lower' });
    await run.attach(email, eventRows([['abc', '2026-11-20 10:00:00']]));
    await run.attach(phone, eventRows([['ABC', '2026-11-20 10:00:00']]));
    expect((await rowsOf(run, 'abc')).events.map(({ source }) => source)).toEqual([password, email]);
    const numbers = await openRun();
    await numbers.attach(password, eventRows([[9007199254740993n, '2026-11-20 10:00:00']], { id: 'integer' }));
    await numbers.attach(email, eventRows([['9007199254740993.00', '2026-11-20 10:00:00']], { id: 'decimal' }));
    await numbers.attach(phone, eventRows([['9007199254740992', '2026-11-20 10:00:00']]));
    expect((await rowsOf(numbers, '9007199254740993')).events.map(({ source }) => source)).toEqual([password, email]);
  });

  it('of a raw table are found by the names of its columns; one without an id column says that it has none', async () => {
    const base = samplePlan(4);
    const raw = { ...base.sources[3]!, id: 'database_4/logons', query: 'logons', changeType: null };
    const blind = { ...base.sources[3]!, id: 'database_4/totals', query: 'totals', changeType: null };
    const run = await openRun({ sources: [...base.sources, raw, blind] });
    const attach = async (source: string, rows: SourceRows): Promise<unknown> => {
      const files = await writeSpool(engine.directory, rows);
      return engine.rpc.call('attach', {
        runId: run.plan.runId,
        source,
        files,
        columns: rows.columns,
        zone: 'UTC',
        idNormaliser: 'exact',
      });
    };
    await attach(blind.id, { columns: [{ name: 'total', kind: 'integer' }], parts: [[[12n]]] });
    const columns = ['USER_ID', 'TIMESTAMP', 'page'].map((name) => ({ name, kind: 'text' as const }));
    await attach(raw.id, { columns, parts: [[['a', '2026-11-20T10:00:00Z', 'transfers']], [['a', 'yesterday', 'accounts']]] });
    const found = await rowsOf(run, 'a');
    expect(found.sources).toMatchObject([
      { source: raw.id, idColumn: 'USER_ID', timeColumn: 'TIMESTAMP', rows: 2, inWindow: 1, withoutTime: 1 },
      { source: blind.id, rows: 0 },
    ]);
    expect(found.sources[1]).not.toHaveProperty('idColumn');
    expect(found.events.map(({ row, cells }) => [row, cells[2]])).toEqual([
      [1, 'transfers'],
      [2, 'accounts'],
    ]);
  });

  it('are bounded, those of the window first, and the rest is counted', async () => {
    const run = await openRun();
    const old = Array.from({ length: 50 }, (_, place) => ['a', `2026-11-0${String((place % 9) + 1)} 10:00:00`] as const);
    await run.attach(password, eventRows([...old, ['a', '2026-11-19 16:00:00']]));
    await run.attach(token, eventRows([['a', '2026-11-20 10:00:00']]));
    const found = await rowsOf(run, 'a', 3);
    expect(found.total).toBe(52);
    expect(found.events.map(({ time }) => time?.slice(0, 10))).toEqual(['2026-11-20', '2026-11-19', '2026-11-09']);
    expect(found.sources.map(({ rows }) => rows)).toEqual([51, 1]);
  });

  it('are none for a client that nobody knows, with the sources that were searched', async () => {
    const run = await openRun();
    await run.attach(token, eventRows([['a', '2026-11-20 10:00:00']]));
    expect(await rowsOf(run, "x' OR '1'='1")).toMatchObject({ total: 0, events: [], sources: [{ source: token, rows: 0 }] });
  });
});

describe('what a client shares with others', () => {
  const time = '2026-11-20 10:00:00';

  it('is found across sources by the kind of the attribute, in any case and without blanks at the ends', async () => {
    const run = await openRun();
    await run.attach(
      password,
      named(
        ['ip_address', 'USER_AGENT'],
        [
          ['a', time, '10.0.0.1', 'Mozilla'],
          ['b', time, ' 10.0.0.1', 'mozilla '],
          ['c', time, '10.0.0.2', 'curl'],
        ],
      ),
    );
    await run.attach(
      token,
      named(
        ['client_ip'],
        [
          ['d', '2026-10-25 10:00:00', '10.0.0.1'],
          ['b', time, '10.0.0.1'],
        ],
      ),
    );
    expect(await sharedOf(run, 'a')).toEqual({
      values: [
        { attribute: 'device', value: 'Mozilla', columns: [`${password} · USER_AGENT`], clients: 1, examples: ['b'] },
        {
          attribute: 'ip address',
          value: '10.0.0.1',
          columns: [`${password} · ip_address`, `${token} · client_ip`],
          clients: 2,
          examples: ['b', 'd'],
        },
      ],
      compared: 2,
      isCut: false,
    });
  });

  it('never is a NULL or a blank, nor the same text in a column of another kind', async () => {
    const run = await openRun();
    await run.attach(
      email,
      named(
        ['new_email', 'changed_by', 'old_email'],
        [
          ['a', time, null, '  ', 'old@example.com'],
          ['b', time, null, '  ', 'old@example.com'],
          ['a', time, '', 'agent 7', null],
          ['b', time, '', null, null],
          ['c', time, 'agent 7', 'somebody', null],
        ],
      ),
    );
    expect(await sharedOf(run, 'a')).toEqual({ values: [], compared: 1, isCut: false });
  });

  it('does not count rows without an id, nor the client itself', async () => {
    const run = await openRun();
    await run.attach(
      phone,
      named(
        ['new_phone'],
        [
          ['a', time, '+49 1'],
          ['a', '2026-11-19 20:00:00', '+49 1'],
          [null, time, '+49 1'],
        ],
      ),
    );
    expect(await sharedOf(run, 'a')).toEqual({ values: [], compared: 1, isCut: false });
  });

  it('has the rarest first and names at most twenty others', async () => {
    const run = await openRun();
    const others = Array.from({ length: 30 }, (_, place) => [`o${String(place).padStart(2, '0')}`, time, 'system', 'x']);
    await run.attach(email, named(['changed_by', 'new_email'], [['a', time, 'SYSTEM', 'a@b'], ['z', time, 'y', 'A@B'], ...others]));
    const { values } = await sharedOf(run, 'a');
    expect(values.map(({ value, clients }) => [value, clients])).toEqual([
      ['a@b', 1],
      ['SYSTEM', 30],
    ]);
    expect(values[1]?.examples).toEqual(others.slice(0, 20).map(([id]) => id));
  });
});
