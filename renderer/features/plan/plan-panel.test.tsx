// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { failure } from '../../../app/model/failure.ts';
import { FakeCore } from '../../testing/fake-core.ts';
import { configOf, manyDatabases, oracleDatabases } from '../../testing/fake-plan.ts';
import { type OpenWindow, openWindow } from '../../testing/open-window.tsx';

let opened: OpenWindow | undefined;
afterEach(() => {
  opened?.close();
  opened = undefined;
});

async function openPlan(core: FakeCore): Promise<HTMLElement> {
  opened = await openWindow(core);
  fireEvent.click(await screen.findByRole('button', { name: /What this run will do/ }));
  return screen.findByRole('region', { name: 'What this run will do' });
}

const lastInput = (core: FakeCore, method: string): unknown => core.calls.filter((call) => call.method === method).at(-1)?.input;

describe('what a run will do', () => {
  it('is shown before it is started: window, databases, endpoints, sources and limits, and nothing is started by it', async () => {
    const core = new FakeCore({ config: configOf(oracleDatabases, false) });
    const panel = within(await openPlan(core));
    await panel.findByText(/4 sources would be asked/);
    panel.getByText('oracle.client.example.com:6036/CLIENT_AUDIT');
    panel.getByText('Get token changes');
    expect(panel.getAllByText(/at most [\d,]+ in/).length).toBe(2);
    expect(panel.getAllByText(/limit 1 m 00 s · up to 4 attempts/).length).toBe(4);
    expect(core.calls.some(({ method }) => method === 'run.start')).toBe(false);
  });

  it('lets databases be chosen; the button says that something is left out, and the run is asked for just these', async () => {
    const core = new FakeCore({ config: configOf(manyDatabases(3), false) });
    const panel = within(await openPlan(core));
    fireEvent.click(panel.getByLabelText('region_002_audit'));
    screen.getByRole('button', { name: /^Plan: 2 of 3 databases/ });
    await waitFor(() => expect(lastInput(core, 'run.plan')).toMatchObject({ databases: ['region_001_audit', 'region_003_audit'] }));
    fireEvent.click(screen.getByRole('button', { name: 'Run Analysis' }));
    await waitFor(() => expect(lastInput(core, 'run.start')).toMatchObject({ databases: ['region_001_audit', 'region_003_audit'] }));
  });

  it('does not let a run of no database be started, and says so', async () => {
    const core = new FakeCore({ config: configOf(manyDatabases(2), false) });
    const panel = within(await openPlan(core));
    fireEvent.click(panel.getByRole('button', { name: 'None' }));
    panel.getByText('No database is chosen for the run.');
    fireEvent.click(panel.getByRole('button', { name: 'All' }));
    await panel.findByText(/8 sources would be asked/);
  });

  it('sends the chosen part of divided data', async () => {
    const config = { ...configOf(oracleDatabases, false), partitions: [{ key: 'region', values: ['eu', 'us'] }] };
    const core = new FakeCore({ config });
    const panel = within(await openPlan(core));
    fireEvent.click(within(panel.getByRole('group', { name: 'Only this region' })).getByLabelText('us'));
    await waitFor(() => expect(lastInput(core, 'run.plan')).toMatchObject({ partitions: { region: ['us'] } }));
  });

  it('shows why the core refuses a plan', async () => {
    const core = new FakeCore({ config: configOf(oracleDatabases, false) });
    core.refuse('run.plan', failure('request.invalid', { message: 'There is nothing to run.' }));
    const panel = within(await openPlan(core));
    await panel.findByText('There is nothing to run.');
  });
});
