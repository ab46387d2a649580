// @vitest-environment jsdom
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { failure } from '../../../app/model/failure.ts';
import { FakeCore } from '../../testing/fake-core.ts';
import { fakeRecords } from '../../testing/fake-history-records.ts';
import { infoOf } from '../../testing/fake-plan.ts';
import type { FakeRun } from '../../testing/fake-run.ts';
import { nextFrame } from '../../testing/next-frame.ts';
import { type OpenWindow, openWindow } from '../../testing/open-window.tsx';

const complete = (run: FakeRun): void => {
  for (const place of [0, 1, 2, 3]) run.complete(run.id(place), 500);
  run.merge(7, 0);
  run.finish();
};
const partial = (run: FakeRun): void => {
  for (const place of [0, 1, 3]) run.complete(run.id(place), 500);
  const message = 'There is no listener at oracle:6036.';
  run.fail(run.id(2), 'failed', failure('db.unreachable', { message, vendorCode: 'NJS-503' }));
  run.merge(0, 7);
  run.finish();
};

describe('the evidence of a client', () => {
  let opened: OpenWindow | undefined;
  afterEach(() => opened?.close());

  async function windowWith(script: (run: FakeRun) => void, tab: string) {
    const core = new FakeCore({ info: infoOf('desktop') });
    script(core.startRun({ lastEvent: '2026-11-20T13:00:00.000000Z' }));
    opened = await openWindow(core);
    opened.parts.actions.showTab(tab);
    await nextFrame();
    return { core, window: opened };
  }
  const panel = (): Promise<HTMLElement> => screen.findByRole('region', { name: 'Evidence of client 1000000' });
  const timeLine = (within_: HTMLElement): HTMLElement => within(within_).getByRole('listbox', { name: 'Time line' });
  const chosen = (frame: HTMLElement): string | null =>
    within(frame).getAllByRole('option', { selected: true })[0]?.getAttribute('aria-label') ?? null;

  it('opens by a click on the id, and closes by Escape', async () => {
    await windowWith(complete, 'confirmed');
    fireEvent.click(await screen.findByRole('button', { name: '1000000', hidden: true }));
    const shown = await panel();
    within(shown).getByText('Every source answered.');
    fireEvent.keyDown(shown, { key: 'Escape' });
    await waitFor(() => expect(screen.queryByRole('region', { name: /^Evidence/ })).toBeNull());
  });

  it('says the verdict with its confidence, and that a low one means unknown', async () => {
    await windowWith(partial, 'undetermined');
    fireEvent.click(await screen.findByRole('button', { name: '1000000', hidden: true }));
    const shown = await panel();
    within(shown).getByText('confidence 75 %');
    within(shown).getByText(/The rest is unknown: it does not say that nothing happened/);
  });

  it('opens by Enter on the id; Enter on another cell still shows its value', async () => {
    await windowWith(complete, 'confirmed');
    const grid = screen.getByRole('grid');
    for (const key of ['ArrowDown', 'ArrowRight', 'Enter']) fireEvent.keyDown(grid, { key });
    screen.getByRole('region', { name: 'Cell value' });
    for (const key of ['Escape', 'ArrowLeft', 'Enter']) fireEvent.keyDown(grid, { key });
    await panel();
  });

  it('goes from event to event by the arrows and shows each one with source, file, attempt, times and distance', async () => {
    const { core } = await windowWith(complete, 'confirmed');
    fireEvent.click(await screen.findByRole('button', { name: '1000000', hidden: true }));
    const shown = await panel();
    const line = await waitFor(() => timeLine(shown));
    expect(chosen(line)).toContain('token change at 2026-11-20 12:16:07.559760, 1 h 43 m 52.44024 s before T');
    fireEvent.keyDown(line, { key: 'ArrowLeft' });
    expect(chosen(line)).toContain('phone change at 2026-11-20 11:27:00, 2 h 33 m before T');
    const details = within(shown).getByRole('region', { name: 'Row' });
    for (const text of [
      'Get phone changes by client ID',
      'client_activity_analysis',
      '/opt/cam/sql/get_phone_changes_by_client_id.sql',
      '2026-11-20 11:27:00 Europe/Berlin (UTC+01:00)',
      '2026-11-20T10:27:00.000000Z',
      '+44 20 7000123',
    ])
      within(details).getByText(text);
    fireEvent.click(within(details).getByText('Show in the raw rows'));
    await waitFor(() => expect(screen.queryByRole('region', { name: /^Evidence/ })).toBeNull());
    await nextFrame();
    expect(core.calls.filter(({ method }) => method === 'result.page').at(-1)?.input).toMatchObject({
      request: { table: { kind: 'source' }, filters: [{ column: 'user_id', contains: '1000000' }] },
    });
  });

  it('shows what lies outside the window only when the view reaches it, and counts it in the lane before', async () => {
    await windowWith(complete, 'confirmed');
    fireEvent.click(await screen.findByRole('button', { name: '1000000', hidden: true }));
    const shown = await panel();
    const line = await waitFor(() => timeLine(shown));
    expect(within(line).getAllByRole('option')).toHaveLength(5);
    within(line).getByText('‹ 4 earlier');
    fireEvent.click(within(shown).getByText('All of 30 days'));
    expect(within(line).getAllByRole('option')).toHaveLength(13);
    fireEvent.keyDown(line, { key: '0' });
    expect(within(line).getAllByRole('option')).toHaveLength(5);
  });

  it('names a missing source in its lane and above everything, never as a lane without changes', async () => {
    await windowWith(partial, 'undetermined');
    fireEvent.click(await screen.findByRole('button', { name: '1000000', hidden: true }));
    const shown = await panel();
    await within(shown).findByText(/1 source without an answer: this client may have changed more/);
    const line = timeLine(shown);
    within(line).getByText('unknown: There is no listener at oracle:6036. (NJS-503)');
    within(line).getByText('Get token changes · client_activity_analysis: failed');
    expect(within(shown).queryByText(/no row of this client|Every source answered/)).toBeNull();
    await within(shown).findByText('Sources are missing: others may share more.');
  });

  it('leads to others with the same attribute, and is copied as text', async () => {
    const { window } = await windowWith(complete, 'confirmed');
    fireEvent.click(await screen.findByRole('button', { name: '1000000', hidden: true }));
    fireEvent.click(within(await panel()).getByText('Copy as text'));
    await waitFor(() => expect(window.copied).toEqual(['Evidence of client 1000000 in run run-1']));
    const shared = await screen.findByRole('region', { name: 'Who shares an attribute' });
    await within(shared).findByText('18,211 other clients');
    fireEvent.click(within(shared).getAllByText('1000037')[0]!);
    await screen.findByRole('region', { name: 'Evidence of client 1000037' });
  });

  it('of the whole run leaves as a signed file, and the notice shows the fingerprint of its key', async () => {
    const { core, window } = await windowWith(complete, 'confirmed');
    fireEvent.click(screen.getByRole('button', { name: 'Export' }));
    fireEvent.click(await screen.findByText('Evidence bundle, signed (.zip)'));
    await waitFor(() => expect(window.notices).toMatchObject([{ kind: 'exported', file: { fingerprint: '3fa9'.repeat(16) } }]));
    expect(core.calls.find(({ method }) => method === 'report.bundle')?.input).toMatchObject({ runId: 'run-1' });
  });

  it('names what earlier runs said of the client, and which sources an undetermined one lacked; a kept one is opened', async () => {
    const { core } = await windowWith(complete, 'confirmed');
    const records = fakeRecords({ config: core.config, runs: 8, nowMs: Date.parse(core.runs[0]!.state.startedAt) });
    core.history.records = records;
    core.history.kept = records.slice(1, 2).map(({ run }) => run.runId);
    fireEvent.click(await screen.findByRole('button', { name: '1000000', hidden: true }));
    const part = await screen.findByRole('region', { name: 'Earlier verdicts' });
    await waitFor(() => expect(within(part).getAllByRole('listitem')).toHaveLength(8));
    const items = within(part).getAllByRole('listitem');
    const place = records.findIndex(({ run }) => run.missing.length > 0);
    const missing = records[place]?.run.missing[0];
    expect(items[place]?.textContent).toContain('undetermined');
    expect(items[place]?.textContent).toContain(`${missing?.query ?? ''} · ${missing?.database ?? ''}: `);
    expect(items.filter((item) => item.textContent.includes('confirmed'))).toHaveLength(
      records.filter(({ run }) => run.missing.length === 0).length,
    );
    within(items[0]!).getByText(records[0]?.run.rule ?? '');
    const [open, ...others] = await within(part).findAllByRole('button');
    expect(others).toEqual([]);
    fireEvent.click(open!);
    await waitFor(() => expect(core.calls.find(({ method }) => method === 'run.open')?.input).toEqual({ runId: records[1]?.run.runId }));
  });

  it('says that no run before listed the client, and that it does not know where the history is away', async () => {
    const { core } = await windowWith(complete, 'confirmed');
    fireEvent.click(await screen.findByRole('button', { name: '1000000', hidden: true }));
    await within(await screen.findByRole('region', { name: 'Earlier verdicts' })).findByText('Not in any recorded run before.');
    fireEvent.keyDown(await panel(), { key: 'Escape' });
    core.refuse('verdicts.ofClient', failure('history.unavailable'));
    fireEvent.click(await screen.findByRole('button', { name: '1000000', hidden: true }));
    const part = await screen.findByRole('region', { name: 'Earlier verdicts' });
    await within(part).findByText('Not known whether an earlier run listed the client.');
    expect(within(part).queryByText('Not in any recorded run before.')).toBeNull();
  });

  it('says why where the core cannot tell', async () => {
    const { core } = await windowWith(complete, 'confirmed');
    core.refuse('evidence.client', failure('engine.crashed'));
    fireEvent.click(await screen.findByRole('button', { name: '1000000', hidden: true }));
    await within(await panel()).findByText('The process that merges the results ended unexpectedly.');
  });
});
