// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { failure } from '../../../app/model/failure.ts';
import { FakeCore } from '../../testing/fake-core.ts';
import { configOf, oracleDatabases } from '../../testing/fake-plan.ts';
import { type OpenWindow, openWindow } from '../../testing/open-window.tsx';

describe('the status page', () => {
  let opened: OpenWindow | undefined;
  afterEach(() => opened?.close());

  async function page(core = new FakeCore({ config: configOf(oracleDatabases, false) })): Promise<FakeCore> {
    opened = await openWindow(core);
    fireEvent.click(within(await screen.findByRole('navigation')).getByText('Status'));
    return core;
  }

  it('tells how runs ended, what goes on, and how the history does', async () => {
    await page();
    const ended = await screen.findByRole('region', { name: 'Runs that have ended' });
    expect(
      within(ended)
        .getAllByRole('listitem')
        .map((item) => item.textContent),
    ).toEqual(['121 complete', '12 in part', '1 failed', '3 cancelled', '4 in part because a query ran out of time']);
    within(screen.getByRole('region', { name: 'Now' })).getByText('0 queries being asked');
    within(screen.getByRole('region', { name: 'History' })).getByText(/written to its store, 0 waiting/);
  });

  it('tells for each endpoint its breaker in a word, and closes one by hand', async () => {
    const core = await page();
    const table = await screen.findByRole('region', { name: 'Endpoints' });
    const rows = within(table).getAllByRole('row').slice(1);
    expect(rows.map((row) => within(row).getAllByRole('cell')[1]?.textContent.trim())).toEqual([
      'left aloneTry it again now',
      'in use',
      'being tried againTry it again now',
    ]);
    within(rows[0]!).getByText('query.timeout');
    within(rows[0]!).getByText('2026-11-20 14:41:07');
    core.refuse('health.closeBreaker', failure('not.found', { message: 'It is not configured any more.' }));
    fireEvent.click(within(rows[0]!).getByRole('button', { name: /Try client_activity_analysis at/ }));
    await screen.findByText('It is not configured any more.');
    expect(core.calls.find(({ method }) => method === 'health.closeBreaker')?.input).toEqual({
      database: 'client_activity_analysis',
      endpoint: 'oracle.client.example.com:6036/CLIENT_AUDIT',
    });
  });

  it('says why there are no figures when they cannot be had', async () => {
    const core = new FakeCore();
    core.refuse('status.get', failure('internal', { message: 'The figures cannot be read.' }));
    await page(core);
    await screen.findByText('The figures cannot be read.');
  });

  it('counts anew only after a question', async () => {
    const core = await page();
    fireEvent.click(await screen.findByRole('button', { name: 'Reset the figures' }));
    expect(core.calls.some(({ method }) => method === 'status.reset')).toBe(false);
    fireEvent.click(await screen.findByText('Forget the figures'));
    await screen.findByText(/Nothing has been counted yet/);
    await waitFor(() => expect(screen.queryByRole('region', { name: 'Databases' })).toBeNull());
  });
});
