// @vitest-environment jsdom
import { fireEvent, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { failure } from '../../../app/model/failure.ts';
import { FakeCore } from '../../testing/fake-core.ts';
import type { FakeRun } from '../../testing/fake-run.ts';
import { nextFrame } from '../../testing/next-frame.ts';
import { type OpenWindow, openWindow } from '../../testing/open-window.tsx';

describe('the line of changes', () => {
  let opened: OpenWindow | undefined;
  afterEach(() => opened?.close());

  async function windowWith(script: (run: FakeRun) => void, prepare: (core: FakeCore) => void = () => undefined): Promise<void> {
    const core = new FakeCore();
    prepare(core);
    script(core.startRun({ lastEvent: '2026-11-20T13:00:00.000000Z' }));
    opened = await openWindow(core);
    await nextFrame();
  }
  const ended = (run: FakeRun, confirmed: number, missing: readonly number[] = []): void => {
    for (const place of [0, 1, 2, 3]) {
      if (missing.includes(place)) run.fail(run.id(place), 'failed', failure('db.unreachable'));
      else run.complete(run.id(place), 500);
    }
    run.merge(confirmed, 0);
    run.finish();
  };

  it('tells new, gone and still listed clients since the last run, and leads to their evidence', async () => {
    await windowWith((run) => ended(run, 7));
    const line = await screen.findByRole('region', { name: 'Changes since the last run' });
    within(line).getByText('1 gone');
    within(line).getByText('5 still listed');
    within(line).getByText(/^since 20.* Europe\/Berlin \(run of /);
    fireEvent.click(within(line).getByText('2 new'));
    fireEvent.click(within(within(line).getByRole('group', { name: '2 new' })).getByText('1000037'));
    await screen.findByRole('region', { name: 'Evidence of client 1000037' });
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
