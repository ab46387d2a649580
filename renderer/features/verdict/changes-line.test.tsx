// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { failure } from '../../../app/model/failure.ts';
import { FakeCore } from '../../testing/fake-core.ts';
import type { FakeRun } from '../../testing/fake-run.ts';
import { nextFrame } from '../../testing/next-frame.ts';
import { type OpenWindow, openWindow } from '../../testing/open-window.tsx';

describe('the line of changes', () => {
  let opened: OpenWindow | undefined;
  afterEach(() => opened?.close());

  async function windowWith(script: (run: FakeRun) => void, prepare: (core: FakeCore) => void = () => undefined): Promise<FakeCore> {
    const core = new FakeCore();
    prepare(core);
    script(core.startRun({ lastEvent: '2026-11-20T13:00:00.000000Z' }));
    opened = await openWindow(core);
    await nextFrame();
    return core;
  }
  const ended = (run: FakeRun, confirmed: number, missing: readonly number[] = []): void => {
    for (const place of [0, 1, 2, 3]) {
      if (missing.includes(place)) run.fail(run.id(place), 'failed', failure('db.unreachable'));
      else run.complete(run.id(place), 500);
    }
    run.merge(confirmed, 0);
    run.finish();
  };

  it('tells new, gone and still listed clients since the last run', async () => {
    await windowWith((run) => ended(run, 7));
    const line = await screen.findByRole('region', { name: 'Changes since the last run' });
    within(line).getByText('2 new');
    within(line).getByText('1 gone');
    within(line).getByText('5 still listed');
    within(line).getByText(/^since 20.*:\d\d Europe\/Berlin \(run of /);
  });

  it('filters the table by a figure that is pressed, says so, and shows all when it is pressed again', async () => {
    const core = await windowWith((run) => ended(run, 7));
    const press = (name: string): HTMLElement => screen.getByRole('button', { name });
    await screen.findByRole('region', { name: 'Changes since the last run' });
    const rows = (): string | null => screen.getByRole('grid').getAttribute('aria-rowcount');
    expect([rows(), press('2 new').getAttribute('aria-pressed')]).toEqual(['8', 'false']);
    fireEvent.click(press('2 new'));
    await screen.findByRole('grid', { name: 'New clients' });
    await waitFor(() => expect(rows()).toBe('3'));
    expect(press('2 new').getAttribute('aria-pressed')).toBe('true');
    screen.getByText('Only new clients');
    fireEvent.click(press('5 still listed'));
    await waitFor(() => expect(rows()).toBe('6'));
    expect(press('2 new').getAttribute('aria-pressed')).toBe('false');
    fireEvent.click(press('Export'));
    fireEvent.click(await screen.findByText('CSV (.csv)'));
    await waitFor(() =>
      expect(core.calls.find(({ method }) => method === 'report.export')?.input).toMatchObject({ table: { change: 'still' } }),
    );
    fireEvent.click(press('Show all flagged clients'));
    await waitFor(() => expect(rows()).toBe('8'));
  });

  it('lists clients that are gone with what was said of them and why they are not there any more, and leads to their evidence', async () => {
    await windowWith((run) => ended(run, 7));
    fireEvent.click(await screen.findByRole('button', { name: '1 gone' }));
    const grid = await screen.findByRole('grid', { name: 'Clients that are gone' });
    await within(grid).findByText('It lacks token.');
    within(grid).getByText('not found');
    fireEvent.click(within(grid).getByText('1000999'));
    await screen.findByRole('region', { name: 'Evidence of client 1000999' });
  });

  it('never says that a client is gone while sources are missing', async () => {
    await windowWith((run) => ended(run, 0, [2]));
    const line = await screen.findByRole('region', { name: 'Changes since the last run' });
    within(line).getByText('2 not known any more');
    expect(within(line).getByText<HTMLButtonElement>('0 gone').disabled).toBe(true);
  });

  it('says why when the history cannot be asked', async () => {
    await windowWith(
      (run) => ended(run, 7),
      (core) => core.refuse('verdicts.changes', failure('history.unavailable')),
    );
    await screen.findByText('What has changed since the last run is not known: The history cannot be reached.');
  });
});
