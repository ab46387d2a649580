// @vitest-environment jsdom
import { fireEvent, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Failure, failure } from '../../../app/model/failure.ts';
import { instantFromMs } from '../../../app/model/instant.ts';
import { FakeCore } from '../../testing/fake-core.ts';
import type { FakeRun } from '../../testing/fake-run.ts';
import { configOf, manyDatabases } from '../../testing/fake-plan.ts';
import { nextFrame } from '../../testing/next-frame.ts';
import { type OpenWindow, openWindow } from '../../testing/open-window.tsx';

describe('the Database Status panel', () => {
  let core: FakeCore;
  let run: FakeRun;
  let opened: OpenWindow;
  let panel: HTMLElement;
  const row = (query: string): HTMLElement => within(panel).getByText(query).closest('li')!;

  beforeEach(async () => {
    core = new FakeCore();
    run = core.startRun({ lastEvent: 'now' });
    opened = await openWindow(core);
    panel = await screen.findByRole('region', { name: 'Database status' });
  });
  afterEach(() => opened.close());

  it('names each of the seven states in a word, and gives each a shape of its own', async () => {
    const seen = new Map<string, string>();
    const look = async (): Promise<void> => {
      await nextFrame();
      const each = row('Get all email changes');
      seen.set(each.dataset.state ?? '', each.querySelector('svg')?.innerHTML ?? '');
      expect(each.textContent).toContain(each.dataset.state);
    };
    const id = run.id(0);
    await look();
    for (const status of ['connecting', 'running', 'retrying'] as const) {
      run.emit({ kind: 'source-state', source: id, status, attempt: 1 });
      await look();
    }
    run.complete(id, 3);
    await look();
    run.emit({ kind: 'run-resumed', sources: [id] });
    run.fail(id, 'failed', failure('db.auth'));
    await look();
    run.emit({ kind: 'run-resumed', sources: [id] });
    run.end(id, { kind: 'cancelled', confirmed: true, note: 'Cancelled.' });
    await look();
    expect([...seen.keys()].sort()).toEqual(['cancelled', 'completed', 'connecting', 'failed', 'retrying', 'running', 'waiting']);
    expect(new Set(seen.values()).size).toBe(7);
  });

  it('shows rows, rate and attempt while a query runs', async () => {
    run.running(run.id(0), 12_345, 678, 2);
    await nextFrame();
    const text = row('Get all email changes').textContent;
    expect(text).toContain('12,345');
    expect(text).toContain('678/s');
    expect(text).toContain('attempt 2');
    within(panel).getByText(/^12,345 rows/);
  });

  it('says which try a query waits for, of how many, and when it begins', async () => {
    const [source, crashed] = [run.id(0), run.id(1)];
    const failed = (cause: Failure, delayMs: number) => ({
      ...({ kind: 'attempt-ended', attempt: 1, endpoint: 'one:1521/A', startedAt: run.at(), outcome: 'failed', failure: cause } as const),
      retryAt: instantFromMs(run.nowMs + delayMs),
    });
    run.nowMs = Date.now();
    run.emit({ ...failed(failure('db.unreachable'), 90_000), source });
    run.emit({ kind: 'source-state', source, status: 'retrying', attempt: 2 });
    run.emit({ ...failed(failure('worker.crashed'), 90_000), source: crashed });
    run.emit({ kind: 'source-state', source: crashed, status: 'retrying', attempt: 2 });
    await nextFrame();
    expect(row('Get all email changes').textContent).toMatch(/try 2 of 4 in 1 m \d\d s/);
    // A crash is followed by one more attempt only.
    expect(row('Get phone changes by client ID').textContent).toMatch(/try 2 of 2 in 1 m \d\d s/);
  });

  it('names the standby that has answered, and how far it was behind', async () => {
    const source = run.id(0);
    const endpoint = 'two:1521/A';
    run.emit({ kind: 'attempt-ended', source, attempt: 5, endpoint, startedAt: run.at(), outcome: 'success', lagMs: 4_200 });
    run.complete(source, 3);
    await nextFrame();
    expect(row('Get all email changes').textContent).toContain('standby · 4.2\u00a0s\u00a0behind');
    within(row('Get all email changes')).getByTitle('Answered by the standby two:1521/A');
  });

  it('shows an endpoint that is left alone, with why and for how long, and lets a person try it now', async () => {
    const [first] = core.config.databases;
    const endpoint = first?.endpoint ?? '';
    const lastFailure = failure('db.unreachable', { vendorCode: 'NJS-503' });
    const openUntil = instantFromMs(Date.now() + 90_000);
    expect(within(panel).queryByText('Try it again now')).toBeNull();
    core.health.set({ database: first?.name ?? '', endpoint, breaker: 'open', isStandby: false, failures: 4, openUntil, lastFailure });
    await nextFrame();
    within(panel).getByText(/The primary failed 4 times in a row \(NJS-503\): left alone for another 1 m \d\d s\./);
    fireEvent.click(within(panel).getByRole('button', { name: `Try it again now: ${endpoint}` }));
    await nextFrame();
    await nextFrame();
    expect(core.calls.filter(({ method }) => method === 'health.closeBreaker')).toEqual([
      { method: 'health.closeBreaker', input: { database: first?.name, endpoint } },
    ]);
    expect(within(panel).queryByText('Try it again now')).toBeNull();
  });

  it('says of an account that was refused that no schedule tries it, until a person has logged on', async () => {
    const [first] = core.config.databases;
    const status = {
      database: first?.name ?? '',
      endpoint: first?.endpoint ?? '',
      breaker: 'closed',
      isStandby: false,
      failures: 0,
    } as const;
    const at = instantFromMs(Date.now());
    core.health.set({ ...status, refusedLogon: { at, failure: failure('db.auth', { vendorCode: 'ORA-01017' }) } });
    await nextFrame();
    const said = 'The account was refused (ORA-01017): no schedule logs on until a check or an analysis of yours has.';
    within(panel).getByText(said);
    core.health.set(status);
    await nextFrame();
    expect(within(panel).queryByText(said)).toBeNull();
  });

  it.each([
    [true, 'cancelled (confirmed)'],
    [false, 'cancelled (server not confirmed)'],
  ])('says of a cancelled query whether the server has confirmed it: %s', async (confirmed, word) => {
    run.end(run.id(0), { kind: 'cancelled', confirmed, note: 'Cancelled.' });
    await nextFrame();
    expect(row('Get all email changes').textContent).toContain(word);
  });

  it('names a timeout and a skipped query in words, not only as failed', async () => {
    run.fail(run.id(0), 'timeout', failure('query.timeout'));
    run.fail(run.id(1), 'skipped', failure('parent.failed'));
    await nextFrame();
    expect(row('Get all email changes').textContent).toContain('timed out');
    expect(row('Get phone changes by client ID').textContent).toContain('skipped');
  });

  it('tells a failure in a sentence with the next step and the vendor’s code; the full text is one click further and can be copied', async () => {
    run.fail(run.id(0), 'failed', failure('db.unreachable', { vendorCode: 'NJS-503', detail: 'connect ECONNREFUSED 10.0.0.1:6036' }));
    await nextFrame();
    const failed = row('Get all email changes');
    within(failed).getByText('The database cannot be reached.');
    within(failed).getByText('Check host, port, network and VPN.');
    within(failed).getByText('NJS-503');
    expect(within(failed).queryByText(/ECONNREFUSED/)).toBeNull();
    fireEvent.click(within(failed).getByRole('button', { name: 'Full text' }));
    within(failed).getByText(/ECONNREFUSED/);
    fireEvent.click(within(failed).getByRole('button', { name: 'Copy' }));
    await nextFrame();
    expect(opened.copied[0]).toContain('ECONNREFUSED');
  });

  it('cancels one database, shows it at once and leaves the others alone', async () => {
    run.running(run.id(0));
    run.running(run.id(3));
    await nextFrame();
    fireEvent.click(within(panel).getByRole('button', { name: 'Cancel client_activity_analysis' }));
    expect(within(panel).getAllByText('cancelling…').length).toBe(4);
    await nextFrame();
    await nextFrame();
    expect(core.calls.find((call) => call.method === 'run.cancel')?.input).toEqual({
      runId: 'run-1',
      database: 'client_activity_analysis',
    });
    expect(row('Get all email changes').dataset.state).toBe('cancelled');
    expect(row('Get all password changes').dataset.state).toBe('running');
  });

  it('says how many rows could not take part', async () => {
    run.complete(run.id(0), 100, { nullIds: 3, nullTimes: 1 });
    await nextFrame();
    within(panel).getByText('3 without an id, 1 without a time: not in the merge');
  });

  it('can fold the queries of a database away', () => {
    fireEvent.click(within(panel).getByRole('button', { name: 'Hide queries of client_activity_analysis' }));
    expect(within(panel).queryByText('Get all email changes')).toBeNull();
    fireEvent.click(within(panel).getByRole('button', { name: 'Show queries of client_activity_analysis' }));
    expect(row('Get all email changes')).not.toBeNull();
  });
});

describe('the Database Status panel of many databases', () => {
  it('shows the queries of a database when it fails or when they are asked for', async () => {
    const core = new FakeCore({ config: configOf(manyDatabases(40), false) });
    const run = core.startRun({ lastEvent: 'now' });
    const opened = await openWindow(core);
    const panel = await screen.findByRole('region', { name: 'Database status' });
    expect(within(panel).queryByText('Get all email changes')).toBeNull();
    run.fail(run.id(0), 'failed', failure('db.auth'));
    for (const place of [1, 2, 3]) run.fail(run.id(place), 'skipped', failure('parent.failed'));
    await nextFrame();
    within(panel).getByText('The database refused the logon.');
    fireEvent.click(within(panel).getByRole('button', { name: 'Show queries of region_002_audit' }));
    expect(within(panel).getAllByText('Get all email changes').length).toBe(2);
    opened.close();
  });
});
