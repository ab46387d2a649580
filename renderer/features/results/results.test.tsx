// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { failure } from '../../../app/model/failure.ts';
import type { PreferenceStorage } from '../../client/preferences.ts';
import { FakeCore, type FakeCoreInput } from '../../testing/fake-core.ts';
import { infoOf } from '../../testing/fake-plan.ts';
import type { FakeRun } from '../../testing/fake-run.ts';
import { nextFrame } from '../../testing/next-frame.ts';
import { memoryStorage, type OpenWindow, openWindow } from '../../testing/open-window.tsx';

const complete = (run: FakeRun, confirmed: number): void => {
  for (const place of [0, 1, 2, 3]) run.complete(run.id(place), 500);
  run.merge(confirmed, 0);
  run.finish();
};
const partial = (run: FakeRun): void => {
  for (const place of [0, 1, 3]) run.complete(run.id(place), 500);
  run.fail(run.id(2), 'failed', failure('db.unreachable'));
  run.merge(0, 20);
  run.finish();
};

describe('the results', () => {
  let opened: OpenWindow | undefined;
  afterEach(() => {
    opened?.close();
    vi.restoreAllMocks();
  });

  async function windowWith(script: (run: FakeRun) => void, input: FakeCoreInput = {}, storage?: PreferenceStorage) {
    const core = new FakeCore({ info: infoOf('desktop'), ...input });
    script(core.startRun({ lastEvent: '2026-11-20T13:00:00.000000Z' }));
    opened = await openWindow(core, storage);
    await nextFrame();
    return { core, window: opened };
  }
  const grid = (): HTMLElement => screen.getByRole('grid');
  const press = (key: string, more: Partial<KeyboardEventInit> = {}): void => {
    fireEvent.keyDown(grid(), { key, ...more });
  };
  const headers = (): string[] =>
    within(grid())
      .getAllByRole('columnheader')
      .map((each) => each.querySelector('span')?.textContent ?? '');
  const pages = (core: FakeCore): { request: { offset: number; limit: number; sort?: unknown; filters: unknown } }[] =>
    core.calls.filter((call) => call.method === 'result.page').map((call) => call.input as never);

  it('show the flagged clients with times in the analyst’s zone, which is named in the header', async () => {
    await windowWith((run) => complete(run, 7));
    expect(grid().getAttribute('aria-rowcount')).toBe('8');
    within(grid()).getByText('1000000');
    const header = within(grid()).getAllByRole('columnheader')[1]!;
    expect(header.textContent).toContain('password_change_time');
    expect(header.textContent).toContain('Europe/Berlin');
    expect(within(grid()).getAllByText(/^2026-11-20 1[34]:00:00/)[0]?.textContent).toBe('2026-11-20 14:00:00');
  });

  it('ask for one page of 200 rows only, however many rows there are', async () => {
    const { core } = await windowWith((run) => complete(run, 7), { rowsOf: () => 1_000_000 });
    expect(pages(core).map(({ request }) => [request.offset, request.limit])).toEqual([[0, 200]]);
    expect(within(grid()).getAllByRole('row').length).toBeLessThan(60);
    press('ArrowDown');
    press('End', { ctrlKey: true });
    await nextFrame();
    expect(pages(core).at(-1)?.request.offset).toBe(999_800);
    screen.getByText(/of 1,000,000$/);
    expect(grid().getAttribute('aria-activedescendant')).toMatch(/-999999-/);
  });

  it('sort by a click on the header: ascending, descending, not', async () => {
    const { core } = await windowWith((run) => complete(run, 7));
    const header = (): HTMLElement => within(grid()).getAllByRole('columnheader')[0]!;
    fireEvent.click(header());
    await nextFrame();
    expect(header().getAttribute('aria-sort')).toBe('ascending');
    fireEvent.click(header());
    await nextFrame();
    expect(pages(core).at(-1)?.request.sort).toEqual({ column: 'user_id', descending: true });
    expect(within(grid()).getAllByRole('row')[1]?.textContent).toContain('1000222');
    fireEvent.click(header());
    await nextFrame();
    expect(pages(core).at(-1)?.request.sort).toBeUndefined();
  });

  it('begin at the first row again after another order or filter, and keep the column', async () => {
    await windowWith((run) => complete(run, 7), { rowsOf: () => 1_000_000 });
    const active = (): string => grid().getAttribute('aria-activedescendant')?.replace(/.*_/, '') ?? '';
    press('ArrowDown');
    press('ArrowRight');
    press('ArrowDown', { ctrlKey: true });
    await nextFrame();
    expect(active()).toBe('-999999-1');
    fireEvent.click(within(grid()).getAllByRole('columnheader')[0]!);
    await nextFrame();
    expect(active()).toBe('-0-1');
    within(grid()).getByText('1000000');
  });

  it('number their rows with separators', async () => {
    await windowWith((run) => complete(run, 7), { rowsOf: () => 1_000_000 });
    press('ArrowDown', { ctrlKey: true });
    await nextFrame();
    within(grid()).getByText('1,000,000');
  });

  it('filter a column, name the filter above the table, say when nothing matches and clear it', async () => {
    const { core } = await windowWith((run) => complete(run, 7));
    press('ArrowRight');
    press('ArrowDown', { altKey: true });
    const field = await screen.findByLabelText('Filter password_change_time: contains');
    fireEvent.change(field, { target: { value: 'nowhere' } });
    await screen.findByText('No row matches the filters');
    expect(pages(core).at(-1)?.request.filters).toEqual([{ column: 'password_change_time', contains: 'nowhere' }]);
    screen.getByText('password_change_time contains “nowhere”');
    fireEvent.click(screen.getAllByText('Clear filters')[0]!);
    await screen.findByText('1000000');
  });

  it('hide, move and show columns, and remember it', async () => {
    const storage = memoryStorage();
    await windowWith((run) => complete(run, 7), {}, storage);
    expect(headers().slice(0, 3)).toEqual(['user_id', 'password_change_time', 'password_source_db']);
    press('ArrowRight');
    press('ArrowDown', { altKey: true });
    fireEvent.click(await screen.findByText('Move right'));
    await waitFor(() => expect(screen.queryByText('Move right')).toBeNull());
    expect(headers().slice(0, 3)).toEqual(['user_id', 'password_source_db', 'password_change_time']);
    press('ArrowDown', { altKey: true });
    fireEvent.click(await screen.findByText('Hide column'));
    expect(headers().slice(0, 2)).toEqual(['user_id', 'password_change_time']);
    opened?.close();
    await windowWith((run) => complete(run, 7), {}, storage);
    expect(headers().slice(0, 2)).toEqual(['user_id', 'password_change_time']);
    fireEvent.click(screen.getByRole('button', { name: 'Columns' }));
    fireEvent.click(await screen.findByText('Reset columns'));
    expect(headers().slice(0, 3)).toEqual(['user_id', 'password_change_time', 'password_source_db']);
  });

  it('select cells with the arrows, count them, and copy them as text for a spreadsheet', async () => {
    const { window } = await windowWith((run) => complete(run, 7));
    press('ArrowDown');
    press('ArrowDown', { shiftKey: true });
    press('ArrowRight', { shiftKey: true });
    screen.getByText('4 cells selected (2 × 2)');
    press('c', { ctrlKey: true });
    await waitFor(() => expect(window.copied.length).toBe(1));
    expect(window.copied[0]?.split('\n').map((line) => line.split('\t').length)).toEqual([2, 2]);
    expect(window.copied[0]).toContain('1000000\t2026-11-20 14:00:00');
    press('c', { ctrlKey: true, shiftKey: true });
    await waitFor(() => expect(window.copied[1]).toContain('user_id\tpassword_change_time (Europe/Berlin)\n'));
    expect(window.notices).toContainEqual({ kind: 'copied', what: 'cells', count: 4 });
  });

  it('do not copy a million rows through the clipboard', async () => {
    const { window } = await windowWith((run) => complete(run, 7), { rowsOf: () => 1_000_000 });
    press('a', { ctrlKey: true });
    press('c', { ctrlKey: true });
    await waitFor(() => expect(window.notices).toEqual([{ kind: 'too-many-cells', limit: 200_000 }]));
    expect(window.copied).toEqual([]);
  });

  it('show the whole value of a cell on demand, with the instant in UTC', async () => {
    await windowWith((run) => complete(run, 7));
    press('ArrowDown');
    press('ArrowRight');
    press('Enter');
    const panel = screen.getByRole('region', { name: 'Cell value' });
    within(panel).getByText('2026-11-20 14:00:00');
    within(panel).getByText('In UTC: 2026-11-20T13:00:00.000000Z');
    press('Escape');
    expect(screen.queryByRole('region', { name: 'Cell value' })).toBeNull();
  });

  it('never call an empty table an answer while sources are missing', async () => {
    await windowWith(partial);
    screen.getByText('Not known: sources are missing');
    expect(screen.queryByText(/No client qualifies/)).toBeNull();
    screen.getByRole('tab', { name: /Flagged clients 0\+/ });
    screen.getByRole('tab', { name: /Undetermined 20\+/ });
  });

  it('never call an empty table an answer while its rows are still to come', async () => {
    let gate = Promise.resolve();
    const { core } = await windowWith(
      (run) => {
        run.complete(run.id(0), 10);
        run.merge(0, 3);
      },
      { delay: () => gate },
    );
    screen.getByText('Nothing confirmed so far');
    let open = (): void => undefined;
    gate = new Promise((resolve) => {
      open = resolve;
    });
    act(() => {
      for (const place of [1, 2, 3]) core.runs[0]!.complete(core.runs[0]!.id(place), 10);
      core.runs[0]!.merge(7, 0);
      core.runs[0]!.finish();
    });
    await nextFrame();
    await within(screen.getByRole('region', { name: 'Verdict' })).findByText('7 clients confirmed');
    expect(screen.queryByText(/No client qualifies|No rows/)).toBeNull();
    within(screen.getByRole('region', { name: 'Results' })).getByText('Loading…');
    open();
    await screen.findByText('1000000');
  });

  it('open a source’s raw rows only once it has answered', async () => {
    const { core, window } = await windowWith(partial);
    vi.spyOn(Element.prototype, 'clientWidth', 'get').mockReturnValue(1600);
    act(() => window.parts.actions.showPage('log'));
    act(() => window.parts.actions.showPage('run'));
    expect(screen.getByRole('tab', { name: 'token rows' })).toHaveProperty('disabled', true);
    fireEvent.click(screen.getByRole('tab', { name: /e-mail rows/ }));
    await nextFrame();
    expect(pages(core).at(-1)).toMatchObject({
      request: { table: { kind: 'source', source: 'client_activity_analysis/Get all email changes' } },
    });
    expect(headers()).toContain('change_reason');
    expect(within(grid()).getAllByRole('columnheader')[3]?.textContent).toContain('as stored, UTC');
    expect(within(grid()).getAllByText('NULL').length).toBeGreaterThan(0);
  });

  it('list the sources where their tabs would not fit', async () => {
    const { core } = await windowWith(partial);
    expect(screen.queryByRole('tab', { name: /e-mail rows/ })).toBeNull();
    fireEvent.click(screen.getByRole('combobox', { name: 'Raw rows of a source…' }));
    fireEvent.click(await screen.findByText('client_activity_analysis/Get all email changes'));
    await nextFrame();
    expect(pages(core).at(-1)).toMatchObject({ request: { table: { kind: 'source' } } });
  });

  it('say of an empty cell that it is not known while a source of its type is missing', async () => {
    await windowWith((run) => {
      for (const place of [0, 1, 2]) run.complete(run.id(place), 500);
      run.fail(run.id(3), 'failed', failure('db.unreachable'));
      run.merge(0, 20);
      run.finish();
    });
    fireEvent.click(screen.getByRole('tab', { name: /Undetermined/ }));
    await nextFrame();
    const cell = within(within(grid()).getAllByRole('row')[1]!).getAllByRole('gridcell')[headers().indexOf('password_change_time')]!;
    expect(cell.textContent).toBe('not known');
    fireEvent.pointerDown(cell, { button: 0 });
    fireEvent.doubleClick(cell);
    within(screen.getByRole('region', { name: 'Cell value' })).getByText(/^Not known: a source of password changes has not answered/);
    expect(screen.queryByText('NULL')).toBeNull();
  });

  it('give the focus back to the table when the evidence of a client is closed', async () => {
    await windowWith((run) => complete(run, 7));
    grid().focus();
    fireEvent.click(within(grid()).getByText('1000000'));
    const back = await screen.findByRole('button', { name: 'Back to the table' });
    expect(document.activeElement).toBe(back);
    fireEvent.keyDown(back, { key: 'Escape' });
    await waitFor(() => expect(document.activeElement).toBe(grid()));
  });

  it('lead from the evidence of a client to the next and the previous one, in the order that is shown', async () => {
    const { core } = await windowWith((run) => complete(run, 3));
    const descending = (): void => void fireEvent.click(within(grid()).getAllByRole('columnheader')[0]!);
    descending();
    await nextFrame();
    descending();
    await nextFrame();
    press('ArrowDown');
    press('Enter');
    await screen.findByRole('region', { name: 'Evidence of client 1000074' });
    screen.getByText('1 of 3');
    expect(screen.getByRole('button', { name: 'Previous client of the table' })).toHaveProperty('disabled', true);
    const next = (): HTMLElement => screen.getByRole('button', { name: 'Next client of the table' });
    fireEvent.click(next());
    const second = await screen.findByRole('region', { name: 'Evidence of client 1000037' });
    expect(document.activeElement).toBe(next());
    expect(pages(core).at(-1)?.request).toMatchObject({ offset: 1, limit: 1, sort: { column: 'user_id', descending: true } });
    fireEvent.keyDown(second, { key: 'ArrowDown', altKey: true });
    const last = await screen.findByRole('region', { name: 'Evidence of client 1000000' });
    expect(next()).toHaveProperty('disabled', true);
    expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Back to the table' }));
    fireEvent.keyDown(last, { key: 'ArrowUp', altKey: true });
    fireEvent.keyDown(await screen.findByRole('region', { name: 'Evidence of client 1000037' }), { key: 'Escape' });
    await waitFor(() => expect(document.activeElement).toBe(grid()));
    expect(grid().getAttribute('aria-activedescendant')).toMatch(/-1-0$/);
  });

  it('ask again when a merge has changed the rows', async () => {
    const { core } = await windowWith((run) => {
      run.complete(run.id(0), 10);
      run.merge(0, 3);
    });
    const before = pages(core).length;
    act(() => core.runs[0]!.merge(2, 1));
    await nextFrame();
    expect(pages(core).length).toBe(before + 1);
    within(grid()).getByText('1000037');
  });

  it('say why a page could not be had and try again when asked', async () => {
    const core = new FakeCore();
    complete(core.startRun({ lastEvent: 'now' }), 7);
    core.refuse('result.page', failure('engine.crashed'));
    opened = await openWindow(core);
    await screen.findByText('The process that merges the results ended unexpectedly.');
    core.refuse('result.page');
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    await screen.findByText('1000000');
  });

  it('are exported in the order and with the filters that are shown', async () => {
    const { core, window } = await windowWith((run) => complete(run, 7));
    fireEvent.click(within(grid()).getAllByRole('columnheader')[0]!);
    await nextFrame();
    fireEvent.click(screen.getByRole('button', { name: 'Export' }));
    fireEvent.click(await screen.findByText('CSV (.csv)'));
    await waitFor(() => expect(window.notices.map((notice) => notice.kind)).toEqual(['exported']));
    expect(core.calls.find((call) => call.method === 'report.export')?.input).toMatchObject({
      runId: 'run-1',
      table: { kind: 'confirmed' },
      format: 'csv',
      filters: [],
      sort: { column: 'user_id', descending: false },
    });
  });

  it('show how far a long export is and can stop it, after which no file is told of', async () => {
    const { core, window } = await windowWith((run) => complete(run, 7));
    core.exports.isHeld = true;
    fireEvent.click(screen.getByRole('button', { name: 'Export' }));
    fireEvent.click(await screen.findByText('CSV (.csv)'));
    await screen.findByText('Writing…');
    act(() => core.exports.progress(8192, 1_000_000));
    screen.getByText('Writing 8,192 of 1,000,000');
    fireEvent.click(screen.getByRole('button', { name: 'Cancel the export' }));
    screen.getByText('Cancelling…');
    await waitFor(() => expect(window.notices).toEqual([{ kind: 'export-cancelled' }]));
    expect(screen.queryByText('Cancelling…')).toBeNull();
  });

  it('lead to an e-mail draft that is opened by the desktop, or as a link where there is none', async () => {
    const { core, window } = await windowWith(partial);
    fireEvent.click(screen.getByRole('button', { name: 'E-mail draft' }));
    await screen.findByText('soc-lead@example.com, fraud-desk@example.com');
    fireEvent.click(screen.getByRole('button', { name: 'Open in mail program' }));
    await waitFor(() => expect(core.calls.map((call) => call.method)).toContain('desktop.openMail'));
    expect(window.openedUrls).toEqual([]);
    opened?.close();
    const browser = await windowWith(partial, { info: infoOf('browser') });
    fireEvent.click(screen.getByRole('button', { name: 'E-mail draft' }));
    fireEvent.click(await screen.findByRole('button', { name: 'Open in mail program' }));
    await waitFor(() => expect(browser.window.openedUrls[0]).toMatch(/^mailto:soc-lead@example\.com/));
    fireEvent.click(screen.getByRole('button', { name: 'Copy whole text' }));
    await waitFor(() => expect(browser.window.copied[0]).toContain('Regards, AB12345'));
  });

  it('put the note entry on the clipboard', async () => {
    const { window } = await windowWith((run) => complete(run, 7));
    fireEvent.click(screen.getByRole('button', { name: 'Copy note entry' }));
    await waitFor(() => expect(window.copied).toEqual(['AB12345, run run-1: 7 clients.']));
  });

  it('show the statistics as figures, and say while they are incomplete', async () => {
    await windowWith(partial);
    fireEvent.click(screen.getByRole('tab', { name: 'Statistics' }));
    await screen.findByText('Changes of the flagged clients in the window');
    screen.getByText('Sources are missing: the figures are of those that answered.');
    screen.getByText('There are figures once a client is flagged.');
  });
});
