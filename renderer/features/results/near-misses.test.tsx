// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { failure } from '../../../app/model/failure.ts';
import { FakeCore } from '../../testing/fake-core.ts';
import type { FakeRun } from '../../testing/fake-run.ts';
import { nextFrame } from '../../testing/next-frame.ts';
import { type OpenWindow, openWindow } from '../../testing/open-window.tsx';

const complete = (run: FakeRun): void => {
  for (const place of [0, 1, 2, 3]) run.complete(run.id(place), 500);
  run.merge(0, 0);
  run.finish();
};
const partial = (run: FakeRun): void => {
  for (const place of [0, 1, 3]) run.complete(run.id(place), 500);
  run.fail(run.id(2), 'failed', failure('db.unreachable'));
  run.merge(0, 20);
  run.finish();
};

/** Both debounce and question are waited for. */
const slow = { timeout: 10_000 };

describe('the near misses', () => {
  let opened: OpenWindow | undefined;
  afterEach(() => opened?.close());

  async function nearTab(script: (run: FakeRun) => void): Promise<FakeCore> {
    const core = new FakeCore();
    script(core.startRun({ lastEvent: '2026-11-20T13:00:00.000000Z' }));
    opened = await openWindow(core);
    await nextFrame();
    fireEvent.click(screen.getByRole('tab', { name: 'Near misses' }));
    return core;
  }
  const asked = (core: FakeCore): unknown[] => core.calls.filter(({ method }) => method === 'result.nearMisses').map(({ input }) => input);

  it('begin with one kind of change less than the rule asks for, and tell what is lacking', async () => {
    const core = await nearTab(complete);
    await screen.findByText(/^37 near misses · lacking password: 4 and token: 33\.$/, undefined, slow);
    expect(asked(core)).toEqual([{ runId: 'run-1', atLeast: 3, windowHours: 24 }]);
    expect(screen.getByRole('grid').getAttribute('aria-rowcount')).toBe('38');
  });

  it.each([
    ['rule', 'This rule has no near misses'],
    ['range', 'A range has no near misses'],
  ])('are said not to be there, and why, for a %s without any; nothing is asked', async (what, title) => {
    const core = new FakeCore();
    const { plan } = core.startRun({ lastEvent: '2026-11-20T13:00:00.000000Z' });
    opened = await openWindow(core);
    await nextFrame();
    const { changes: _changes, ...rule } = plan.rule;
    const other = what === 'rule' ? { ...plan, rule } : { ...plan, range: plan.window };
    act(() =>
      opened!.parts.store.setState(({ run }) => ({ run: { ...run, state: run.state === null ? null : { ...run.state, plan: other } } })),
    );
    // Numbers that somebody has set for an earlier run would be asked about at once.
    act(() => {
      opened!.parts.actions.showNear({ atLeast: 3, windowHours: 24 });
    });
    fireEvent.click(screen.getByRole('tab', { name: 'Near misses' }));
    await screen.findByText(title);
    expect(screen.queryByRole('slider')).toBeNull();
    expect(asked(core)).toEqual([]);
  });

  it('are asked for once when the slider or the number rests, by keyboard too', async () => {
    const core = await nearTab(complete);
    await screen.findByText(/^37 near misses/, undefined, slow);
    const slider = screen.getByRole('slider', { name: 'Hours' });
    act(() => slider.focus());
    for (let step = 0; step < 12; step += 1) fireEvent.keyDown(slider, { key: 'ArrowRight' });
    await waitFor(() => expect(asked(core)).toHaveLength(2), slow);
    expect(asked(core)[1]).toEqual({ runId: 'run-1', atLeast: 3, windowHours: 36 });
    await screen.findByText(/9 with enough changes, but too far apart/, undefined, slow);
    fireEvent.click(screen.getByRole('radio', { name: '2 of 4' }));
    await waitFor(() => expect(asked(core).at(-1)).toEqual({ runId: 'run-1', atLeast: 2, windowHours: 36 }), slow);
    const tables = (): unknown[] =>
      core.calls
        .filter(({ method }) => method === 'result.page')
        .map(({ input }) => (input as { request: { table: unknown } }).request.table);
    await waitFor(() => expect(tables()).toContainEqual({ kind: 'near', atLeast: 2, windowHours: 36 }), slow);
  });

  it('say who may in truth meet the rule while a source is missing', async () => {
    await nearTab(partial);
    await screen.findByText(/12 of them may in truth meet the rule/, undefined, slow);
    screen.getByText(/Of 88 further clients it is not known: sources are missing/);
  });
});
