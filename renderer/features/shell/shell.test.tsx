// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeCore } from '../../testing/fake-core.ts';
import { configOf, oracleDatabases } from '../../testing/fake-plan.ts';
import { nextFrame } from '../../testing/next-frame.ts';
import { memoryStorage, type OpenWindow, openWindow } from '../../testing/open-window.tsx';

const paneOfFocus = (): string | null => document.activeElement?.closest('[data-pane]')?.getAttribute('aria-label') ?? null;
const press = (key: string, more: Partial<KeyboardEventInit> = {}): void => {
  fireEvent.keyDown(document.activeElement ?? document.body, { key, code: key, ...more });
};

describe('the frame of the window', () => {
  let core: FakeCore;
  let opened: OpenWindow;

  beforeEach(async () => {
    core = new FakeCore();
    opened = await openWindow(core);
    await screen.findByRole('navigation');
  });
  afterEach(() => opened.close());

  it('goes from pane to pane with F6 and back with Shift+F6', () => {
    press('F6');
    expect(paneOfFocus()).toBe('Analysis');
    press('F6');
    expect(paneOfFocus()).toBe('Database status');
    press('F6');
    expect(paneOfFocus()).toBe('Results');
    press('F6');
    expect(paneOfFocus()).toBe('Log');
    press('F6');
    expect(paneOfFocus()).toBe('Analysis');
    press('F6', { shiftKey: true });
    expect(paneOfFocus()).toBe('Log');
  });

  it('finds commands with Ctrl+K and runs them', async () => {
    press('k', { ctrlKey: true });
    const search = await screen.findByPlaceholderText('Type a command…');
    fireEvent.change(search, { target: { value: 'Configuration' } });
    fireEvent.click((await screen.findAllByText('Configuration')).at(-1)!);
    await screen.findByRole('heading', { name: 'Configuration' });
  });

  it('says that the data is a sample, on every page, and leads to one’s own databases', async () => {
    screen.getByText('The clients and changes shown are invented.');
    fireEvent.click(within(screen.getByRole('navigation')).getByText('Log'));
    screen.getByText('The clients and changes shown are invented.');
    act(() => {
      core.startRun({ lastEvent: 'now' });
    });
    fireEvent.click(await screen.findByText('Use your own databases'));
    await screen.findByText('Name your own databases');
  });

  it('shows the first steps before the first run and starts the sample from them', async () => {
    fireEvent.click(screen.getByRole('button', { name: 'Run the sample analysis' }));
    await screen.findByText(/0 of 4 sources · /);
    expect(screen.queryByText('First steps')).toBeNull();
  });

  it('announces states, not figures, to screen readers, several at once in one sentence', async () => {
    const run = core.startRun({ lastEvent: 'now' });
    const said = screen.getByText('', { selector: '[role="status"]' });
    await waitFor(() => expect(said.textContent).toBe('Analysis running, 4 sources.'));
    for (const place of [0, 1, 2, 3]) {
      run.running(run.id(place), 100, 10);
      run.complete(run.id(place), 100);
    }
    run.merge(1, 0);
    run.finish();
    await nextFrame();
    expect(said.textContent).toBe('Analysis running, 4 sources.');
    await waitFor(() => expect(said.textContent).toBe('4 sources ended. Analysis ended: complete.'), { timeout: 3_000 });
  });

  it('opens the log below the results, newest at the bottom, and finds lines by level and text', async () => {
    core.log('debug', 'a batch');
    core.log('info', 'source completed', { source: 'one' });
    core.log('error', 'source failed', { code: 'db.auth' });
    await nextFrame();
    screen.getByText('1 error');
    fireEvent.click(screen.getByRole('button', { name: /^Show log/ }));
    const log = screen.getByRole('log');
    expect(
      within(log)
        .getAllByRole('button')
        .map((each) => each.textContent.replace(/^\d\d-\d\d [\d:]+ /, '')),
    ).toEqual(['Info source completed source=one', 'Error source failed code=db.auth']);
    fireEvent.change(screen.getByLabelText('Least level'), { target: { value: 'error' } });
    expect(within(screen.getByRole('log')).getAllByRole('button').length).toBe(1);
    fireEvent.change(screen.getByLabelText('Search the log'), { target: { value: 'nowhere' } });
    await screen.findByText('No line matches: lower the level or change the search.');
    fireEvent.click(screen.getByRole('button', { name: 'Hide log' }));
    screen.getByRole('button', { name: /^Show log/ });
  });

  it('says of a time on hover how long ago it was, and the whole of it with its zone', async () => {
    act(() => core.log('info', 'an hour ago', {}, Date.now() - 3_600_000));
    fireEvent.click(within(screen.getByRole('navigation')).getByText('Log'));
    const line = await screen.findByText('an hour ago');
    const time = line.closest('button')!.querySelector('time')!;
    expect(time.title).toBe('');
    fireEvent.pointerOver(time);
    expect(time.title).toMatch(/^1 h 00 m ago · \d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)? Europe\/Berlin \(UTC\+0[12]:00\)$/);
  });

  it('switches its colours: system, light, dark', () => {
    const scheme = (): string | null => document.documentElement.getAttribute('data-mantine-color-scheme');
    fireEvent.click(screen.getByRole('button', { name: 'Colours: as the system' }));
    expect(scheme()).toBe('light');
    fireEvent.click(screen.getByRole('button', { name: 'Colours: light' }));
    expect(scheme()).toBe('dark');
    fireEvent.click(screen.getByRole('button', { name: 'Colours: dark' }));
    screen.getByRole('button', { name: 'Colours: as the system' });
  });
});

describe('a window opened during a run', () => {
  it('shows the run as it is and follows it', async () => {
    const core = new FakeCore();
    const run = core.startRun({ lastEvent: 'now' });
    run.complete(run.id(0), 1_234);
    const opened = await openWindow(core);
    await screen.findByText(/1 of 4 sources · 1,234 rows/);
    run.complete(run.id(1), 1_000);
    await screen.findByText(/2 of 4 sources · 2,234 rows/);
    opened.close();
  });

  it('remembers widths on this machine, and works where nothing can be remembered', async () => {
    const storage = memoryStorage();
    storage.setItem('cam.status.width', '420');
    const opened = await openWindow(new FakeCore(), storage);
    expect((await screen.findByRole('region', { name: 'Database status' })).style.width).toContain('420px');
    fireEvent.keyDown(screen.getByRole('separator', { name: 'Resize Database status' }), { key: 'ArrowRight' });
    expect(storage.getItem('cam.status.width')).toBe('436');
    opened.close();
  });

  it('does not call one’s own databases a sample', async () => {
    const opened = await openWindow(new FakeCore({ config: configOf(oracleDatabases, false) }));
    await screen.findByText('No result yet');
    expect(screen.queryByText('Sample data')).toBeNull();
    opened.close();
  });
});
