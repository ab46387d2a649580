import { describe, expect, it } from 'vitest';
import type { ColumnKind } from '../model/column.ts';
import { samplePlan } from '../testing/builders.ts';
import { eventRows, type HarnessRun, missingSource, type SourceRows } from '../testing/engine-harness.ts';
import { changeSources as all, email, engineForTests, password, phone, token } from '../testing/engine-scene.ts';

const engine = engineForTests();
const openRun: typeof engine.openRun = (...given) => engine.openRun(...given);

async function attachAll(run: HarnessRun, id: unknown = 'a', time = '2026-11-20 10:00:00', but: readonly string[] = []): Promise<void> {
  for (const source of all) if (!but.includes(source)) await run.attach(source, eventRows([[id, time, `note of ${source}`]]));
}

describe('the default rule', () => {
  it('confirms a client with all four kinds of change in the window', async () => {
    const run = await openRun();
    await attachAll(run);
    expect(await run.evaluate()).toMatchObject({
      confirmed: 1,
      undetermined: 0,
      clientsInWindow: 1,
      eventsInWindow: 4,
      rows: 4,
      sources: all,
    });
    const page = await run.page({ table: { kind: 'confirmed' } });
    expect(page.columns.map((column) => column.name)).toEqual([
      'user_id',
      ...['password', 'email', 'phone', 'token'].flatMap((type) => [`${type}_change_time`, `${type}_source_db`]),
      ...['earliest_change', 'latest_change', 'change_window_hours', 'verdict', 'missing_sources'],
      ...['password_note', 'email_note', 'phone_note', 'token_note'],
      'confidence',
    ]);
    const time = '2026-11-20T10:00:00.000000Z';
    expect(page.rows).toEqual([
      [
        'a',
        ...[1, 2, 3, 4].flatMap((number) => [time, `database_${String(number)}`]),
        ...[time, time, '0', 'confirmed', null],
        ...all.map((source) => `note of ${source}`),
        '1',
      ],
    ]);
  });

  it('takes both ends of the window in and leaves out what is a microsecond before or after', async () => {
    const run = await openRun();
    await attachAll(run, 'first', '2026-11-19 14:00:00.000000');
    for (const source of [email, phone, token]) {
      await run.attach(
        source,
        eventRows([
          ['first', '2026-11-19 14:00:00'],
          ['last', '2026-11-20 14:00:00'],
          ['early', '2026-11-20 10:00:00'],
          ['late', '2026-11-20 10:00:00'],
        ]),
      );
    }
    await run.attach(
      password,
      eventRows([
        ['first', '2026-11-19 14:00:00.000000'],
        ['last', '2026-11-20 14:00:00.000000'],
        ['early', '2026-11-19 13:59:59.999999'],
        ['late', '2026-11-20 14:00:00.000001'],
      ]),
    );
    expect(await run.evaluate()).toMatchObject({ confirmed: 2, eventsInWindow: 14 });
    expect((await run.table('confirmed')).map((row) => row.user_id)).toEqual(['first', 'last']);
  });

  it('shows the latest change of each kind to the microsecond, and the hours between the first and the last shown', async () => {
    const run = await openRun();
    await attachAll(run, 'a', '2026-11-20 10:00:00.000001');
    await run.attach(
      token,
      eventRows([
        ['a', '2026-11-20 13:59:59.999998', 'older'],
        ['a', '2026-11-20 13:59:59.999999', 'newer'],
        ['a', '2026-11-19 15:00:00', 'oldest'],
        ['a', '2026-11-20 14:00:00.000001', 'after the window'],
      ]),
    );
    await run.evaluate();
    expect(await run.table('confirmed')).toMatchObject([
      {
        token_change_time: '2026-11-20T13:59:59.999999Z',
        token_note: 'newer',
        earliest_change: '2026-11-20T10:00:00.000001Z',
        latest_change: '2026-11-20T13:59:59.999999Z',
        change_window_hours: '3.9999999994',
      },
    ]);
  });

  it('settles a tie across databases for the one that is configured first, and within a source for the first row', async () => {
    const base = samplePlan(4);
    const extra = { ...base.sources[3]!, id: 'database_0/query', database: 'database_0' };
    const plan = {
      // The plan lists the source last, the configuration its database first.
      sources: [...base.sources, extra],
      databases: [{ ...base.databases[0]!, name: 'database_0' }, ...base.databases],
    };
    const run = await openRun(plan);
    await attachAll(run);
    const time = '2026-11-20 12:00:00';
    await run.attach(token, eventRows([['a', time, 'configured second']]));
    await run.attach(extra.id, {
      ...eventRows([]),
      parts: [
        [['a', '2026-11-20 11:00:00', 'older']],
        [
          ['a', time, 'first row'],
          ['a', time, 'second row'],
        ],
      ],
    });
    await run.evaluate();
    expect(await run.table('confirmed')).toMatchObject([{ token_source_db: 'database_0', token_note: 'first row' }]);
  });

  it('counts a million events of one client as one client', async () => {
    const run = await openRun();
    await attachAll(run);
    const rows = Array.from({ length: 1_000_000 }, (_, index) => ['a', 1_795_183_200_000_000n - BigInt(index), null]);
    const columns = eventRows([]).columns.map((column) =>
      column.kind === 'timestamp' ? { ...column, encoding: 'micros' as const } : column,
    );
    expect(await run.attach(token, { columns, parts: [rows] })).toEqual({ rows: 1_000_000, nullIds: 0, nullTimes: 0 });
    expect(await run.evaluate()).toMatchObject({ confirmed: 1, clientsInWindow: 1, eventsInWindow: 1_000_003 });
    expect(await run.table('confirmed')).toMatchObject([{ token_change_time: '2026-11-20T14:00:00.000000Z' }]);
  });
});

describe('what is missing', () => {
  it('makes a client undetermined for whom the missing source decides, and names the source in the row', async () => {
    const run = await openRun();
    await attachAll(run, 'a', '2026-11-20 10:00:00', [token]);
    await run.attach(
      phone,
      eventRows([
        ['a', '2026-11-20 10:00:00'],
        ['only phone', '2026-11-20 10:00:00'],
      ]),
    );
    expect(await run.evaluate([token])).toMatchObject({ confirmed: 0, undetermined: 1, sources: [password, email, phone] });
    expect(await run.table('undetermined')).toMatchObject([
      { user_id: 'a', token_change_time: null, token_source_db: null, verdict: 'undetermined', missing_sources: token },
    ]);
    expect(await run.table('confirmed')).toEqual([]);
  });

  it('keeps a confirmation and names the source that could still show a later change', async () => {
    const base = samplePlan(4);
    const second = { ...base.sources[3]!, id: 'database_4/more tokens', query: 'more tokens' };
    const run = await openRun({ sources: [...base.sources, second] });
    await attachAll(run);
    expect(await run.evaluate([second.id])).toMatchObject({ confirmed: 1, undetermined: 0 });
    expect(await run.table('confirmed')).toMatchObject([{ verdict: 'confirmed', missing_sources: second.id }]);
  });

  it('names the sources that decide before those that do not', async () => {
    const base = samplePlan(4);
    const second = { ...base.sources[0]!, id: 'database_1/more passwords', query: 'more passwords' };
    const run = await openRun({ sources: [...base.sources, second] });
    await attachAll(run, 'a', '2026-11-20 10:00:00', [token]);
    await run.evaluate([second.id, token]);
    expect(await run.table('undetermined')).toMatchObject([{ missing_sources: `${token}; ${second.id}` }]);
  });

  it('counts a source that has neither answered nor been named as missing as missing', async () => {
    const run = await openRun();
    await attachAll(run, 'a', '2026-11-20 10:00:00', [token]);
    expect(await run.evaluate()).toMatchObject({ confirmed: 0, undetermined: 1 });
    expect(await run.table('undetermined')).toMatchObject([{ missing_sources: token }]);
  });

  it('takes the rows of a source that answered in part: what they prove stays proved, what they do not show stays open', async () => {
    const run = await openRun();
    for (const source of all) {
      const both: readonly (readonly [string, string])[] = [
        ['proved', '2026-11-20 10:00:00'],
        ['open', '2026-11-20 10:00:00'],
      ];
      await run.attach(source, eventRows(source === token ? both.slice(0, 1) : both));
    }
    const partial = missingSource(run.plan, token, { reason: 'partial' });
    expect(await engine.rpc.call('evaluate', { runId: run.plan.runId, missing: [partial] })).toMatchObject({
      confirmed: 1,
      undetermined: 1,
      rows: 7,
      sources: all,
    });
    expect(await run.table('confirmed')).toMatchObject([{ user_id: 'proved', verdict: 'confirmed', missing_sources: token }]);
    expect(await run.table('undetermined')).toMatchObject([{ user_id: 'open', token_change_time: null, missing_sources: token }]);
  });

  it('leaves rows out that belong to a source named as missing', async () => {
    const run = await openRun();
    await attachAll(run);
    expect(await run.evaluate([token])).toMatchObject({ confirmed: 0, undetermined: 1, rows: 3 });
  });

  it('never confirms, and never drops, where no source of the run tells about a type of the rule', async () => {
    const base = samplePlan(4);
    const run = await openRun({ sources: base.sources.slice(0, 3), databases: base.databases.slice(0, 3) });
    await attachAll(run, 'a', '2026-11-20 10:00:00', [token]);
    expect(await run.evaluate()).toMatchObject({ confirmed: 0, undetermined: 1 });
    expect(await run.table('undetermined')).toMatchObject([{ user_id: 'a', missing_sources: 'token (no source in this run)' }]);
  });

  it('is empty with its columns before anything has answered, and refused before the rule has been evaluated', async () => {
    const run = await openRun();
    await expect(run.page({ table: { kind: 'confirmed' } })).rejects.toMatchObject({ failure: { code: 'run.not-evaluated' } });
    await run.evaluate();
    const page = await run.page({ table: { kind: 'confirmed' } });
    expect(page).toMatchObject({ rows: [], matching: 0, total: 0 });
    expect(page.columns[0]).toEqual({ name: 'user_id', kind: 'text' });
  });

  it('says nobody only where every source answered with nothing', async () => {
    const run = await openRun();
    for (const source of all) expect(await run.attach(source, eventRows([]))).toEqual({ rows: 0, nullIds: 0, nullTimes: 0 });
    expect(await run.evaluate()).toMatchObject({ confirmed: 0, undetermined: 0, clientsInWindow: 0, rows: 0, sources: all });
    expect(await run.table({ source: token })).toEqual([]);
  });
});

describe('ids', () => {
  it('compare as text whatever the kind of their column', async () => {
    const run = await openRun();
    const time = '2026-11-20 10:00:00';
    await run.attach(
      password,
      eventRows([
        ['9007199254740993', time],
        ['12', time],
      ]),
    );
    await run.attach(
      email,
      eventRows(
        [
          [9007199254740993n, time],
          [12, time],
        ],
        { id: 'integer' },
      ),
    );
    await run.attach(
      phone,
      eventRows(
        [
          ['9007199254740993.00', time],
          ['12.0', time],
          ['12.5', time],
        ],
        { id: 'decimal' },
      ),
    );
    await run.attach(
      token,
      eventRows(
        [
          [9007199254740992, time],
          [12, time],
          [1e20, time],
          [12.5, time],
        ],
        { id: 'double' },
      ),
    );
    expect(await run.evaluate()).toMatchObject({ confirmed: 1 });
    expect((await run.table('confirmed')).map((row) => row.user_id)).toEqual(['12']);
    expect(await run.evaluate([token])).toMatchObject({ undetermined: 2 });
    expect((await run.table('undetermined')).map((row) => row.user_id)).toEqual(['12', '9007199254740993']);
    expect(await run.evaluate([password, email])).toMatchObject({ undetermined: 2 });
    expect((await run.table('undetermined')).map((row) => row.user_id)).toEqual(['12', '12.5']);
  });

  it('of 19 and of 40 digits stay exact and are sorted as numbers', async () => {
    const run = await openRun();
    const ids = ['1234567890123456789', '999', '1234567890123456788', '1234567890123456789012345678901234567890', '-5', '007'];
    for (const source of all) await run.attach(source, eventRows(ids.map((id) => [id, '2026-11-20 10:00:00'])));
    await run.evaluate();
    const sorted = ['-5', '007', '999', '1234567890123456788', '1234567890123456789', '1234567890123456789012345678901234567890'];
    expect((await run.table('confirmed')).map((row) => row.user_id)).toEqual(sorted);
    const descending = await run.table('confirmed', { sort: { column: 'user_id', descending: true } });
    expect(descending.map((row) => row.user_id)).toEqual(sorted.toReversed());
  });

  it('are sorted by code point where one of them is no integer', async () => {
    const run = await openRun();
    const ids = ['10', '9', 'ä', 'Z', 'a', '\u{1f600}', '\uffee', ''];
    for (const source of all) await run.attach(source, eventRows(ids.map((id) => [id, '2026-11-20 10:00:00'])));
    await run.evaluate();
    expect((await run.table('confirmed')).map((row) => row.user_id)).toEqual(['', '10', '9', 'Z', 'a', 'ä', '\uffee', '\u{1f600}']);
  });

  it('that are NULL, and times that are NULL, are dropped and counted', async () => {
    const run = await openRun();
    await attachAll(run);
    const time = '2026-11-20 10:00:00';
    const rows = eventRows([
      [null, time],
      ['a', null],
      [null, null],
      ['a', time],
    ]);
    expect(await run.attach(token, rows)).toEqual({ rows: 4, nullIds: 2, nullTimes: 1 });
    expect(await run.evaluate()).toMatchObject({ confirmed: 1, clientsInWindow: 1, eventsInWindow: 4, rows: 7 });
  });

  it('that are blank are ordinary ids, unless the normaliser trims them away', async () => {
    const blank = await openRun();
    for (const source of all)
      await blank.attach(
        source,
        eventRows([
          ['', '2026-11-20 10:00:00'],
          [' ', '2026-11-20 10:00:00'],
        ]),
      );
    expect(await blank.evaluate()).toMatchObject({ confirmed: 2 });
    const trimmed = await openRun();
    const rows = eventRows([
      ['', '2026-11-20 10:00:00'],
      ['\t\u00a0 ', '2026-11-20 10:00:00'],
      [' x ', '2026-11-20 10:00:00'],
    ]);
    for (const source of all) {
      expect(await trimmed.attach(source, rows, { idNormaliser: 'trim' })).toEqual({ rows: 3, nullIds: 2, nullTimes: 0 });
    }
    await trimmed.evaluate();
    expect((await trimmed.table('confirmed')).map((row) => row.user_id)).toEqual(['x']);
  });

  it('meet under the normaliser of their own source only', async () => {
    const run = await openRun();
    await attachAll(run, 'abc');
    await run.attach(token, eventRows([[' ABC', '2026-11-20 10:00:00']]), { idNormaliser: 'exact' });
    expect(await run.evaluate()).toMatchObject({ confirmed: 0 });
    await run.attach(token, eventRows([[' ABC', '2026-11-20 10:00:00']]), { idNormaliser: 'lower' });
    expect(await run.evaluate()).toMatchObject({ confirmed: 1 });
  });
});

describe('evidence', () => {
  const time = '2026-11-20 10:00:00';
  const rows = (names: readonly string[], kinds: readonly ColumnKind[], values: readonly unknown[]): SourceRows => ({
    columns: [
      { name: 'user_id', kind: 'text' },
      ...names.map((name, place) => ({ name, kind: kinds[place] ?? 'text' })),
      { name: 'change_date', kind: 'timestamp' },
    ],
    parts: [[['a', ...values, time]]],
  });

  it('is the union of the columns of a kind’s sources, as text where they differ in kind', async () => {
    const base = samplePlan(4);
    const second = { ...base.sources[3]!, id: 'database_4/more tokens', query: 'more tokens' };
    const run = await openRun({ sources: [...base.sources, second] });
    await attachAll(run);
    await run.attach(token, rows(['ip', 'Amount', 'flag'], ['text', 'integer', 'boolean'], ['1.2.3.4', 5n, true]));
    await run.attach(second.id, rows(['amount', 'device'], ['double', 'text'], [0.5, 'phone']));
    await run.evaluate();
    const page = await run.page({ table: { kind: 'confirmed' } });
    expect(page.columns.filter((column) => column.name.startsWith('token_')).slice(2)).toEqual([
      { name: 'token_ip', kind: 'text' },
      { name: 'token_Amount', kind: 'text' },
      { name: 'token_flag', kind: 'boolean' },
      { name: 'token_device', kind: 'text' },
    ]);
    expect(await run.table('confirmed')).toMatchObject([
      { token_ip: '1.2.3.4', token_Amount: '5', token_flag: 'true', token_device: null },
    ]);
    await run.evaluate([token]);
    expect(await run.table('confirmed')).toMatchObject([{ token_amount: '0.5', token_device: 'phone' }]);
  });

  it('never takes the name of another column of the report', async () => {
    const run = await openRun();
    await attachAll(run);
    const names = ['source_db', 'source_db', 'SOURCE_DB', '', "'; DROP TABLE x; --"];
    await run.attach(token, rows(names, [], ['first', 'second', 'third', 'fourth', 'fifth']));
    await run.evaluate();
    expect(await run.table('confirmed')).toMatchObject([
      {
        token_source_db: 'database_4',
        token_source_db_3: 'first',
        token_source_db_2: 'second',
        token_SOURCE_DB: 'third',
        token_column_5: 'fourth',
        "token_'; DROP TABLE x; --": 'fifth',
      },
    ]);
  });
});

describe('attaching', () => {
  it('the same source again replaces what was there', async () => {
    const run = await openRun();
    await attachAll(run);
    await run.evaluate();
    await run.attach(token, eventRows([['b', '2026-11-20 10:00:00']]));
    expect(await run.table({ source: token })).toMatchObject([{ user_id: 'b' }]);
    expect(await run.evaluate()).toMatchObject({ confirmed: 0, undetermined: 0, clientsInWindow: 2, rows: 4 });
  });

  it('fails, and leaves what was there, when the column of the time holds no times', async () => {
    const run = await openRun();
    await attachAll(run);
    await expect(run.attach(token, eventRows([['a', 5]], { time: 'integer' }))).rejects.toMatchObject({ failure: { code: 'sql.columns' } });
    await expect(run.attach(token, eventRows([['a', 'yesterday']], { time: 'text' }))).rejects.toMatchObject({
      failure: { code: 'spool.value', message: expect.stringContaining('yesterday') as string },
    });
    expect(await run.evaluate()).toMatchObject({ confirmed: 1 });
  });

  it('refuses a source of the rule whose columns are not known, and a source that is not in the plan', async () => {
    const run = await openRun();
    const { columns } = eventRows([]);
    const input = { runId: run.plan.runId, source: token, files: [], columns, zone: 'UTC', idNormaliser: 'exact' as const };
    await expect(engine.rpc.call('attach', input)).rejects.toMatchObject({ failure: { code: 'sql.columns' } });
    await expect(run.attach('nowhere/query', eventRows([]))).rejects.toMatchObject({ failure: { code: 'request.invalid' } });
    await expect(run.attach(token, eventRows([]), { roles: { user: 'USER', time: 'change_date' } })).rejects.toMatchObject({
      failure: { code: 'sql.columns' },
    });
  });

  it('says so when the file of a spool is gone', async () => {
    const run = await openRun();
    await expect(run.attach(token, eventRows([]), { files: ['/nowhere/part-0.parquet'] })).rejects.toMatchObject({
      failure: { code: 'engine.error', message: 'The rows of a source cannot be read from the disk any more.' },
    });
  });
});

describe('a run', () => {
  it('must be opened first, stays the same when opened again, and is gone when closed', async () => {
    await expect(engine.rpc.call('evaluate', { runId: 'none', missing: [] })).rejects.toMatchObject({ failure: { code: 'not.found' } });
    const run = await openRun();
    await attachAll(run);
    await run.evaluate();
    await openRun(structuredClone(run.plan));
    expect(await run.table('confirmed')).toHaveLength(1);
    await expect(openRun({ ...run.plan, windowHours: 1 })).rejects.toMatchObject({ failure: { code: 'request.invalid' } });
    await engine.rpc.call('close', { runId: run.plan.runId });
    await expect(run.table('confirmed')).rejects.toMatchObject({ failure: { code: 'not.found' } });
    await engine.rpc.call('close', { runId: run.plan.runId });
  });
});
