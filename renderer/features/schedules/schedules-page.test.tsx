// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { failure } from '../../../app/model/failure.ts';
import { FakeCore } from '../../testing/fake-core.ts';
import { completeResult, fillSchedules } from '../../testing/fake-schedule-records.ts';
import { type OpenWindow, openWindow } from '../../testing/open-window.tsx';

let open: OpenWindow | undefined;

async function openSchedules(core: FakeCore): Promise<void> {
  open = await openWindow(core);
  open.parts.actions.showPage('schedules');
}

async function rowsOf(): Promise<readonly string[]> {
  const grid = await screen.findByRole('grid', { name: 'Ledger of intervals' });
  await waitFor(() => expect(within(grid).queryAllByRole('img')).toEqual([]));
  await waitFor(() => expect(within(grid).getAllByRole('row').length).toBeGreaterThan(1));
  return within(grid)
    .getAllByRole('row')
    .slice(1)
    .map((row) => row.textContent);
}

afterEach(() => {
  open?.close();
  open = undefined;
});

describe('the page of planned runs', () => {
  it('says how to make a schedule where there is none, with lines to paste', async () => {
    const core = new FakeCore({});
    await openSchedules(core);
    await screen.findByText('No run is planned');
    expect(screen.getByText(/Write a schedule into \/home\/x\/config\/schedules.yaml, in place of/)).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Copy this example' }));
    await waitFor(() => expect(open?.copied[0]).toMatch(/^schedules:\n {2}- name: hourly\n {4}cron: 0 \* \* \* \*\n/));
  });

  it('shows each interval with its state in words, and what is missing', async () => {
    const core = new FakeCore({});
    fillSchedules(core);
    await openSchedules(core);
    const rows = await rowsOf();
    const stateOf = (word: string): string => rows.find((row) => row.includes(word)) ?? '';
    expect(stateOf('running')).toContain('not answered yet');
    expect(stateOf('pending')).toContain('not evaluated yet');
    expect(stateOf('incomplete')).toMatch(/2\+.*Get token changes.*1 of 4 sources did not answer/);
    expect(stateOf('failed')).toMatch(/—everything/);
    expect(stateOf('missed')).toMatch(/—everything.*caught up/);
    expect(stateOf('done')).toContain('nothing');
  });

  it('never shows a count of found clients for an interval that was not evaluated', async () => {
    const core = new FakeCore({});
    core.schedules.add('hourly', [{ state: 'missed' }, { state: 'failed' }, { state: 'pending' }]);
    await openSchedules(core);
    for (const row of await rowsOf()) expect(row).not.toMatch(/\b0\b(?!\d|:)/);
  });

  it('tells of a schedule when it runs next in the analyst’s zone, and how wide an attack it surely sees', async () => {
    const core = new FakeCore({});
    fillSchedules(core);
    await openSchedules(core);
    const card = await screen.findByRole('region', { name: 'Schedule hourly, all databases' });
    expect(card.textContent).toMatch(/Next run\d{4}-\d\d-\d\d \d\d:10 Europe\/Berlin/);
    expect(card.textContent).toContain('Surely seenup to 23 h');
    const paused = screen.getByRole('region', { name: 'Schedule daily report' });
    expect(paused.textContent).toContain('Paused by X123456');
    expect(paused.textContent).toContain('none for sure');
  });

  it('pauses and lets go on, and catches up what is left', async () => {
    const core = new FakeCore({});
    fillSchedules(core);
    await openSchedules(core);
    const card = await screen.findByRole('region', { name: 'Schedule hourly, all databases' });
    fireEvent.click(within(card).getByRole('button', { name: 'Pause' }));
    fireEvent.click(await within(card).findByRole('button', { name: 'Resume' }));
    await within(card).findByRole('button', { name: 'Pause' });
    fireEvent.click(within(card).getByRole('button', { name: 'Catch up 4 intervals' }));
    await waitFor(() =>
      expect(core.schedules.asked).toEqual(['pause hourly, all databases', 'resume hourly, all databases', 'retry hourly, all databases']),
    );
  });

  it('shows an interval in full, and completes it', async () => {
    const core = new FakeCore({});
    fillSchedules(core);
    await openSchedules(core);
    await rowsOf();
    const grid = screen.getByRole('grid', { name: 'Ledger of intervals' });
    const row = within(grid)
      .getAllByRole('row')
      .find((each) => each.textContent.includes('incomplete'));
    if (row === undefined) throw new Error('no interval is incomplete');
    fireEvent.click(row);
    const panel = await screen.findByRole('region', { name: 'Interval' });
    expect(panel.textContent).toContain('There is no listener at oracle.client.example.com:6036. NJS-503');
    expect(panel.textContent).toContain('3 of 4 sources');
    expect(panel.textContent).toContain('CaseFRAUD-2026-17');
    await within(panel).findByText('No alert about it.');
    fireEvent.click(within(panel).getByRole('button', { name: 'Complete it' }));
    await waitFor(() => expect(core.schedules.asked).toHaveLength(1));
    expect(core.schedules.asked[0]).toMatch(/^retry hourly, all databases \d{4}-/);
  });

  it('says of an interval in which every source answered what was hidden, and which rows could not take part', async () => {
    const core = new FakeCore({});
    const filters = ['The filter “Test accounts” hid 12 events.', '3 rows without an id could not take part.'];
    core.schedules.add('hourly', [
      { state: 'done', result: { ...completeResult(0), filters } },
      { state: 'done', result: completeResult(0) },
    ]);
    await openSchedules(core);
    await rowsOf();
    const [, told, plain] = within(screen.getByRole('grid', { name: 'Ledger of intervals' })).getAllByRole('row');
    fireEvent.click(told!);
    const panel = await screen.findByRole('region', { name: 'Interval' });
    for (const sentence of filters) within(panel).getByText(sentence);
    fireEvent.click(plain!);
    await waitFor(() => expect(screen.queryByText(filters[1]!)).toBeNull());
  });

  it('lists only what is asked for', async () => {
    const core = new FakeCore({});
    fillSchedules(core);
    await openSchedules(core);
    await rowsOf();
    fireEvent.change(screen.getByRole('combobox', { name: 'State' }), { target: { value: 'missed' } });
    await screen.findByText('2 intervals');
    fireEvent.change(screen.getByRole('combobox', { name: 'Schedule' }), { target: { value: 'daily report' } });
    await screen.findByText('No such interval');
  });

  it('says when the ledger cannot be reached, and shows no states then', async () => {
    const core = new FakeCore({});
    fillSchedules(core);
    core.schedules.tell({ failure: failure('history.unavailable') });
    await openSchedules(core);
    const card = await screen.findByRole('region', { name: 'Schedule hourly, all databases' });
    expect((await screen.findByRole('alert')).textContent).toContain('The history cannot be reached.');
    expect(card.textContent).not.toContain('Newest interval');
    expect(within(card).getByRole<HTMLButtonElement>('button', { name: 'Pause' }).disabled).toBe(true);
  });

  it('is told of changes while it is looked at', async () => {
    const core = new FakeCore({});
    await openSchedules(core);
    await screen.findByText('No run is planned');
    core.schedules.add('hourly', [{ state: 'pending' }]);
    core.send('schedule.changed', null);
    await screen.findByRole('region', { name: 'Schedule hourly' });
  });
});
