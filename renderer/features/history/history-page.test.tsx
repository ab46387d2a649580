// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { failure } from '../../../app/model/failure.ts';
import { FakeCore } from '../../testing/fake-core.ts';
import { fakeRecords } from '../../testing/fake-history-records.ts';
import { configOf, oracleDatabases } from '../../testing/fake-plan.ts';
import type { FakeRun } from '../../testing/fake-run.ts';
import { type OpenWindow, openWindow } from '../../testing/open-window.tsx';

const nowMs = Date.parse('2026-11-20T15:00:00Z');

describe('the history page', () => {
  let opened: OpenWindow | undefined;
  afterEach(() => opened?.close());

  async function page(runs = 250, prepare: (core: FakeCore) => void = () => undefined): Promise<FakeCore> {
    const core = new FakeCore({ config: configOf(oracleDatabases, false), nowMs: () => nowMs });
    core.history.records = fakeRecords({ config: core.config, runs, nowMs });
    prepare(core);
    opened = await openWindow(core);
    fireEvent.click(within(await screen.findByRole('navigation')).getByText('History'));
    await screen.findByRole('heading', { name: 'History' });
    return core;
  }
  const grid = (): HTMLElement => screen.getByRole('grid');
  const rows = (): readonly HTMLElement[] => within(grid()).getAllByRole('row').slice(1);
  const tab = (name: string): void => {
    fireEvent.click(screen.getByRole('tab', { name }));
  };
  const lastInput = (core: FakeCore, method: string): unknown => core.calls.findLast((call) => call.method === method)?.input;

  it('lists runs newest first by parts, draws only what is in view, and says a lower bound where a source is missing', async () => {
    const core = await page();
    await screen.findByText('250 runs');
    expect(rows().length).toBeLessThan(60);
    expect(rows()[0]?.textContent).toContain('run-h250');
    expect(rows()[3]?.textContent).toContain('3 of 4');
    expect(rows()[3]?.textContent).toMatch(/incomplete.*\+/);
    expect(core.calls.filter((call) => call.method === 'history.runs')).toHaveLength(1);
    fireEvent.keyDown(grid(), { key: 'End' });
    await waitFor(() => expect(within(grid()).getByText('run-h1')).toBeDefined());
    expect(lastInput(core, 'history.runs')).toMatchObject({ offset: 200, limit: 100 });
  });

  it('goes down with the arrows, opens with Enter, and Escape goes back to where one was', async () => {
    await page();
    await screen.findByText('250 runs');
    fireEvent.keyDown(grid(), { key: 'ArrowDown' });
    fireEvent.keyDown(grid(), { key: 'ArrowDown' });
    fireEvent.keyDown(grid(), { key: 'Enter' });
    const detail = await screen.findByRole('region', { name: 'Run run-h248' });
    await within(detail).findByText('Sources and their attempts');
    expect(document.activeElement).toBe(detail);
    fireEvent.keyDown(detail, { key: 'Escape' });
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Run run-h248' })).toBeNull());
    expect(grid().getAttribute('aria-activedescendant')).toMatch(/-2$/);
    expect(document.activeElement).toBe(grid());
  });

  it('filters by search, outcome, user and time, and offers to clear what finds nothing', async () => {
    const core = await page();
    await screen.findByText('250 runs');
    fireEvent.change(screen.getByLabelText('Outcome'), { target: { value: 'cancelled' } });
    await screen.findByText('13 runs');
    fireEvent.change(screen.getByLabelText('Time'), { target: { value: 'week' } });
    await waitFor(() =>
      expect(lastInput(core, 'history.runs')).toMatchObject({ outcome: 'cancelled', from: expect.any(String) as string }),
    );
    const { from } = lastInput(core, 'history.runs') as { readonly from: string };
    expect(Math.round((Date.now() - Date.parse(from)) / 3_600_000)).toBe(7 * 24);
    fireEvent.change(screen.getByLabelText('User'), { target: { value: ' CD23456 ' } });
    fireEvent.change(screen.getByLabelText('Search runs'), { target: { value: 'no such run' } });
    await waitFor(() => expect(lastInput(core, 'history.runs')).toMatchObject({ userId: 'CD23456', search: 'no such run' }));
    await screen.findByText('No run matches the filters');
    fireEvent.click(screen.getAllByRole('button', { name: 'Clear filters' })[0]!);
    await screen.findByText('250 runs');
    expect(screen.getByLabelText<HTMLInputElement>('Search runs').value).toBe('');
  });

  it('takes both days of a stretch as they are in the zone of the analyst, over a night the clocks change as well', async () => {
    const core = await page();
    fireEvent.change(await screen.findByLabelText('Time'), { target: { value: 'between' } });
    fireEvent.change(screen.getByLabelText('From day'), { target: { value: '2026-10-25' } });
    fireEvent.change(screen.getByLabelText('To day, included'), { target: { value: '2026-10-25' } });
    await waitFor(() =>
      expect(lastInput(core, 'history.runs')).toMatchObject({ from: '2026-10-24T22:00:00.000000Z', to: '2026-10-25T23:00:00.000000Z' }),
    );
  });

  it('shows a run with every attempt, what is missing and why, and what to do about it', async () => {
    await page();
    act(() => opened?.parts.actions.showHistoryRun('run-h247'));
    const missing = await screen.findByRole('region', { name: '1 source missing' });
    within(missing).getByText(/There is no listener at oracle.client.example.com:6036/);
    const timeline = screen.getByRole('region', { name: 'Sources and their attempts' });
    within(timeline).getByText('Attempt 3: failed NJS-503, 0.6 s, oracle.client.example.com:6036/CLIENT_AUDIT');
    within(timeline).getByText('Check host, port, network and VPN.');
    expect(within(timeline).getAllByText('success')).toHaveLength(3);
    await screen.findByText(/Compared with the run of 2026-11-19/);
    fireEvent.click(screen.getByRole('button', { name: 'Show that run' }));
    await screen.findByRole('region', { name: 'Run run-h246' });
  });

  it('never says nobody of a run that lacks a source', async () => {
    await page(8, (core) => {
      core.history.records = core.history.records.map((each) => ({ ...each, run: { ...each.run, confirmed: 0, undetermined: 0 } }));
    });
    act(() => opened?.parts.actions.showHistoryRun('run-h5'));
    await screen.findByText('Not known who else: sources are missing');
    act(() => opened?.parts.actions.showHistoryRun('run-h8'));
    await screen.findByText('Nobody: every source answered');
    fireEvent.click(screen.getByRole('button', { name: 'Copy as text' }));
    await waitFor(() => expect(opened?.copied[0]).toContain('Found: Nobody: every source answered'));
  });

  it('says with nobody that rows could not take part, in the copied text too', async () => {
    const left = '25 rows without an id could not take part.';
    await page(8, (core) => {
      core.history.records = core.history.records.map((each) => ({
        ...each,
        run: { ...each.run, confirmed: 0, undetermined: 0, filters: [left] },
      }));
    });
    act(() => opened?.parts.actions.showHistoryRun('run-h8'));
    await screen.findByText(`Nobody by what could be judged: every source answered, but: ${left}`);
    screen.getByText(left);
    fireEvent.click(screen.getByRole('button', { name: 'Copy as text' }));
    await waitFor(() => expect(opened?.copied[0]).toContain(`\n${left}\n`));
  });

  it('runs a recorded run again with its time, window and databases, to the microsecond', async () => {
    const core = await page(3, ({ history }) => {
      history.records = history.records.map((each) => ({ ...each, run: { ...each.run, lastEvent: '2026-11-19T14:00:00.000001Z' } }));
    });
    act(() => opened?.parts.actions.showHistoryRun('run-h2'));
    fireEvent.click(await screen.findByRole('button', { name: 'Run again' }));
    await screen.findByRole('region', { name: 'Verdict' });
    expect(lastInput(core, 'run.start')).toEqual({
      lastEvent: '2026-11-19T14:00:00.000001Z',
      windowHours: 24,
      strict: false,
      rule: expect.any(String) as string,
      zone: 'Europe/Berlin',
    });
    expect(opened?.parts.store.getState().form).toMatchObject({
      lastEvent: '2026-11-19 14:00:00.000001Z',
      windowHours: '24',
      huntFrom: null,
    });
  });

  it('runs a recorded hunt again as a hunt, for its case, in its zone and over the part of the data that was chosen', async () => {
    const range = { from: '2026-11-12T14:00:00.000000Z', to: '2026-11-19T14:00:00.000000Z' };
    const asked = { databases: ['client_activity_analysis'], partitions: { region: ['eu', 'uk'] } };
    const core = await page(3, ({ history }) => {
      history.records = history.records.map(({ run, executions }) => {
        const plan = { ...run.plan, lastEvent: range.to, range, window: range, zone: 'Asia/Tokyo', caseReference: 'CASE-7', asked };
        return { executions, run: { ...run, lastEvent: range.to, plan } };
      });
    });
    act(() => opened?.parts.actions.showHistoryRun('run-h2'));
    fireEvent.click(await screen.findByRole('button', { name: 'Run again' }));
    await screen.findByRole('region', { name: 'Verdict' });
    expect(lastInput(core, 'run.start')).toEqual({
      lastEvent: range.to,
      from: range.from,
      windowHours: 24,
      strict: false,
      rule: expect.any(String) as string,
      zone: 'Asia/Tokyo',
      caseReference: 'CASE-7',
      ...asked,
    });
    expect(opened?.parts.store.getState().form).toMatchObject({ huntFrom: '2026-11-12 14:00:00Z' });
  });

  it('says where it stands why a run cannot be run again', async () => {
    const core = await page(3, (before) =>
      before.refuse('run.start', failure('config.invalid', { message: 'There is no database old_one.' })),
    );
    act(() => opened?.parts.actions.showHistoryRun('run-h2'));
    fireEvent.click(await screen.findByRole('button', { name: 'Run again' }));
    const detail = screen.getByRole('region', { name: 'Run run-h2' });
    await within(detail).findByText('There is no database old_one.');
    expect(core.runs).toHaveLength(0);
  });

  it('opens kept results again and completes them, and says why where they are not kept or damaged', async () => {
    const core = await page(8, ({ history }) => {
      history.kept = ['run-h5'];
    });
    act(() => opened?.parts.actions.showHistoryRun('run-h8'));
    const notKept = await screen.findByRole('button', { name: 'Open its results' });
    await waitFor(() => expect(notKept.getAttribute('aria-disabled')).toBe('true'));
    fireEvent.focus(notKept);
    await screen.findByText('Its results are not kept any more.');
    fireEvent.click(notKept);
    expect(lastInput(core, 'run.open')).toBeUndefined();
    act(() => opened?.parts.actions.showHistoryRun('run-h5'));
    const complete = await screen.findByRole('button', { name: 'Complete this run' });
    await waitFor(() => expect(complete.getAttribute('aria-disabled')).toBeNull());
    core.refuse('run.open', failure('result.damaged'));
    fireEvent.click(screen.getByRole('button', { name: 'Open its results' }));
    await screen.findByText('The kept result is damaged.');
    core.refuse('run.open');
    fireEvent.click(complete);
    await screen.findByRole('region', { name: 'Verdict' });
    await waitFor(() => expect(lastInput(core, 'run.resume')).toEqual({ runId: 'run-h5' }));
  });

  it('evaluates again a kept run whose rule was not evaluated to its end, and says until then that what it found is not known', async () => {
    const core = await page(8, ({ history }) => {
      history.kept = ['run-h5'];
      const record = history.records.find(({ run }) => run.runId === 'run-h5');
      if (record === undefined) throw new Error('no such record');
      const broken = { ...record.run, confirmed: 0, undetermined: 0, outcome: 'failed', errorCode: 'engine.crashed', resumes: 1 } as const;
      history.records = history.records.map((each) => (each === record ? { ...record, run: broken } : each));
    });
    act(() => opened?.parts.actions.showHistoryRun('run-h5'));
    await screen.findByText('0+ confirmed, 0 undetermined so far: the rule was not evaluated to its end');
    screen.getByText(/went on once after its end/);
    const evaluate = await screen.findByRole('button', { name: 'Evaluate again' });
    await waitFor(() => expect(evaluate.getAttribute('aria-disabled')).toBeNull());
    fireEvent.click(evaluate);
    await screen.findByRole('region', { name: 'Verdict' });
    await waitFor(() => expect(lastInput(core, 'run.evaluate')).toEqual({ runId: 'run-h5' }));
  });

  it('compares its clients as the run itself was told, and says that nobody is gone who is only not known', async () => {
    const core = await page(60);
    const [incomplete, whole] = (['partial', 'succeeded'] as const).map((outcome) =>
      core.history.records.slice(0, -1).find(({ run }) => run.outcome === outcome),
    );
    act(() => opened?.parts.actions.showHistoryRun(incomplete!.run.runId));
    const compared = await screen.findByRole('region', { name: 'Clients since the run before' });
    within(compared).getByText('1 client new');
    within(compared).getByText('2 clients not known any more: sources are missing');
    within(compared).getByText('10002, 10003');
    within(compared).getByText(/had no answer in this run: whoever is not listed any more may still qualify\.$/);
    within(compared).getByText('0 clients gone');
    act(() => opened?.parts.actions.showHistoryRun(whole!.run.runId));
    await screen.findByText('1 client gone');
    expect(screen.queryByText(/not known any more/)).toBeNull();
    act(() => opened?.parts.actions.showHistoryRun(core.history.records.at(-1)!.run.runId));
    await screen.findByText('No earlier run of the same rule, window and sources is known: there is nobody to compare with.');
  });

  it('says that it is not known who is new where nothing is kept of a run, and why where the history cannot be asked', async () => {
    const core = await page(8, ({ history }) => {
      history.records = history.records.map((record) =>
        record.run.runId === 'run-h5' ? { ...record, run: { ...record.run, outcome: 'failed' } } : record,
      );
    });
    act(() => opened?.parts.actions.showHistoryRun('run-h5'));
    await screen.findByText('Which clients this run listed is not kept, so who is new or gone is not known.');
    core.refuse('verdicts.changes', failure('history.unavailable'));
    act(() => opened?.parts.actions.showHistoryRun(core.history.records[0]!.run.runId));
    await screen.findByText('The history cannot be reached.');
  });

  it('shows what runs in other programs, and that nobody has heard of one for long', async () => {
    const core = await page(5, ({ history }) => {
      const [first] = history.records;
      const { plan: _plan, ...run } = first!.run;
      const open = { ...run, runId: 'elsewhere', outcome: null, completedAt: null, databases: [] };
      history.running = [{ run: open, executions: [], seenAt: '2026-11-20T14:50:00.000000Z' }];
    });
    const running = await screen.findByRole('region', { name: 'Running now' });
    within(running).getByText('in another program');
    within(running).getByText(/Its program was last heard of at/);
    const asked = core.calls.filter((call) => call.method === 'history.runs').length;
    core.history.running = [];
    act(() => void opened?.parts.actions.refreshHistory());
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Running now' })).toBeNull());
    // It has ended: the list is asked for again.
    await waitFor(() => expect(core.calls.filter((call) => call.method === 'history.runs').length).toBeGreaterThan(asked));
  });

  it('shows a run of this program as soon as it begins, and asks again when it ends', async () => {
    const core = await page(5);
    await screen.findByText('5 runs');
    expect(screen.queryByRole('region', { name: 'Running now' })).toBeNull();
    const [first] = core.history.records;
    const { plan: _plan, ...run } = first!.run;
    core.history.running = [{ run: { ...run, outcome: null, completedAt: null, databases: [] }, executions: [], seenAt: null }];
    let begun: FakeRun | undefined;
    act(() => {
      begun = core.startRun({ lastEvent: 'now' });
    });
    await screen.findByRole('region', { name: 'Running now' });
    core.history.running = [];
    act(() => {
      begun!.cancel(undefined);
      begun!.finish();
    });
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Running now' })).toBeNull());
  });

  it('says calmly that records wait in the journal while the store is down, and nothing once they are in', async () => {
    const core = await page(5);
    const down = { ...core.history.state, store: 'unavailable', waiting: 3, failure: failure('history.unavailable') } as const;
    act(() => core.send('history.changed', down));
    await screen.findByText(/3 records wait in the journal, nothing is lost/);
    act(() => core.send('history.changed', { ...down, lost: 2 }));
    await screen.findByText(/2 records could not be kept/);
    expect(screen.queryByText(/nothing is lost/)).toBeNull();
    act(() => core.send('history.changed', core.history.state));
    await waitFor(() => expect(screen.queryByText(/wait in the journal/)).toBeNull());
  });

  it('tells why a list cannot be had, and asks again on demand', async () => {
    const core = await page(5, (before) => before.refuse('history.runs', failure('history.unavailable')));
    await screen.findByText('The history cannot be reached.');
    core.refuse('history.runs');
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByText('5 runs');
  });

  it('lists executions with their own filters and shows one with its statement and attempts', async () => {
    const core = await page(30);
    tab('Executions');
    await screen.findByText('120 executions');
    await waitFor(() => expect(within(screen.getByLabelText('Query')).getByText('Get token changes')).toBeDefined());
    fireEvent.change(screen.getByLabelText('Status'), { target: { value: 'failed' } });
    fireEvent.change(screen.getByLabelText('Query'), { target: { value: 'Get token changes' } });
    await waitFor(() => expect(lastInput(core, 'history.executions')).toMatchObject({ status: 'failed', queryName: 'Get token changes' }));
    await screen.findByText('2 executions');
    fireEvent.keyDown(grid(), { key: 'Enter' });
    const panel = await screen.findByRole('region', { name: 'Execution' });
    await within(panel).findByText(/FROM changes_2/);
    within(panel).getByText('Attempt 3');
    fireEvent.click(within(panel).getByRole('button', { name: 'Show its run' }));
    await screen.findByRole('region', { name: /^Run run-h/ });
  });

  it('shows figures with and without timeouts, every chart also as a table, for the period that is picked', async () => {
    const core = await page(200);
    tab('Statistics');
    await screen.findByRole('region', { name: 'Summary' });
    for (const name of ['Executions and success rate by day', 'Rows by day', 'Duration percentiles by database', 'Errors by code']) {
      const card = await screen.findByRole('region', { name });
      expect(within(card).getAllByRole('row', { hidden: true }).length).toBeGreaterThan(1);
    }
    screen.getByText('answered or timed out');
    fireEvent.click(screen.getByLabelText('7 days'));
    await waitFor(() => expect(lastInput(core, 'history.statistics')).toEqual({ scope: {}, days: 7, withPercentiles: true }));
    fireEvent.change(screen.getByLabelText('User'), { target: { value: 'nobody' } });
    await screen.findByText('Choose a longer period, or another user or database.');
  });

  it('says why something is unusual, and leads from an error to its executions', async () => {
    const core = await page(40, ({ history }) => {
      const { execution } = history.records[0]!.executions[0]!;
      const { executionId, databaseName, queryName, userId, startedAt } = execution;
      const reason = 'It took 9.40 s; at this hour of the day it took 2.21 s.';
      history.anomalies = [{ kind: 'duration', executionId, userId, databaseName, queryName, at: startedAt, score: 4.6, reason }];
    });
    tab('Findings');
    await screen.findByText('It took 9.40 s; at this hour of the day it took 2.21 s.');
    expect(lastInput(core, 'history.anomalies')).toEqual({ days: 30, baselineDays: 56, zone: 'Europe/Berlin' });
    fireEvent.click(await screen.findByRole('button', { name: 'NJS-503' }));
    await screen.findByRole('grid', { name: 'Executions, newest first' });
    await waitFor(() => expect(lastInput(core, 'history.executions')).toMatchObject({ search: 'NJS-503' }));
  });

  it('sets a hold, releases it with a second click, checks the chain, exports the trail and counts what would be deleted', async () => {
    const core = await page(120);
    tab('Audit');
    fireEvent.change(await screen.findByLabelText('Reason'), { target: { value: 'case 4711' } });
    fireEvent.click(screen.getByRole('button', { name: 'Set a hold' }));
    await screen.findByText('case 4711');
    fireEvent.click(screen.getByRole('button', { name: 'Count' }));
    await screen.findByText('1 audit hold set: nothing can be deleted.');
    expect(screen.queryByRole('button', { name: /^Delete/ })).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Release' }));
    expect(core.history.holds[0]?.releasedAt).toBeNull();
    fireEvent.click(screen.getByRole('button', { name: 'Release it now' }));
    await screen.findByText('No hold is set.');
    fireEvent.click(screen.getByRole('button', { name: 'Check the chain' }));
    await screen.findByText('Intact: 600 entries checked.');
    fireEvent.click(screen.getByRole('button', { name: 'Export' }));
    await screen.findByText('/home/analyst/reports/audit-trail_2026-11-20_1400Z.jsonl');
    expect(lastInput(core, 'history.retentionPreview')).toEqual({ executionDays: { success: 365 }, runDays: 365 });
  });

  it('deletes what was counted once its numbers are confirmed, and nothing when the ages were changed since', async () => {
    const core = await page(900);
    tab('Audit');
    fireEvent.change(await screen.findByLabelText('success, older than (days)'), { target: { value: '20' } });
    fireEvent.change(screen.getByLabelText('runs without executions, older than (days)'), { target: { value: '30' } });
    fireEvent.click(screen.getByRole('button', { name: 'Count' }));
    const remove = await screen.findByRole('button', { name: /^Delete [\d,]+ executions and [\d,]+ runs…$/ });
    fireEvent.click(remove);
    const asked = screen.getByRole('group', { name: 'Delete for good' });
    within(asked).getByText(/with their kept results are deleted for good\. No audit hold is set\./);
    fireEvent.click(within(asked).getByRole('button', { name: 'Keep them' }));
    expect(core.history.deletions).toBe(0);
    fireEvent.click(screen.getByRole('button', { name: /^Delete/ }));
    fireEvent.click(screen.getByRole('button', { name: 'Delete for good' }));
    await screen.findByText('Deleted');
    expect(core.history.deletions).toBe(1);
    const input = lastInput(core, 'history.deleteOld') as { readonly counted: { readonly executions: number; readonly runs: number } };
    expect(input).toMatchObject({ executionDays: { success: 20 }, runDays: 30 });
    expect(input.counted.executions).toBeGreaterThan(0);
    fireEvent.click(screen.getByRole('button', { name: 'Count' }));
    await screen.findByText('Would be deleted');
    fireEvent.change(screen.getByLabelText('success, older than (days)'), { target: { value: '10' } });
    await screen.findByText('The ages were changed since: count again.');
    expect(screen.queryByRole('button', { name: /^Delete/ })).toBeNull();
  });

  it('tells how far a check of the chain is, goes on while another page is looked at, and can be stopped', async () => {
    const core = await page(120);
    core.history.isCheckSlow = true;
    tab('Audit');
    fireEvent.click(await screen.findByRole('button', { name: 'Check the chain' }));
    await waitFor(() => expect(lastInput(core, 'history.verifyChain')).toBeDefined());
    const { checkId } = lastInput(core, 'history.verifyChain') as { readonly checkId: string };
    act(() => core.send('history.checking', { checkId: 'of another window', entries: 1, of: 2 }));
    act(() => core.send('history.checking', { checkId, entries: 5000, of: 20_000 }));
    await screen.findByText('5,000 of 20,000 entries checked');
    tab('Runs');
    tab('Audit');
    await screen.findByText('5,000 of 20,000 entries checked');
    fireEvent.click(screen.getByRole('button', { name: 'Stop' }));
    await screen.findByText('Stopped before its end: nothing is known of the chain.');
    expect(lastInput(core, 'history.stopCheck')).toEqual({ checkId });
    screen.getByRole('button', { name: 'Check the chain' });
  });
});
