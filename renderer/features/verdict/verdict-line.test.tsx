// @vitest-environment jsdom
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { failure } from '../../../app/model/failure.ts';
import { patch } from '../../store/app-store.ts';
import { FakeCore } from '../../testing/fake-core.ts';
import type { FakeRun } from '../../testing/fake-run.ts';
import { type OpenWindow, openWindow } from '../../testing/open-window.tsx';

describe('the verdict line', () => {
  let opened: OpenWindow | undefined;
  afterEach(() => opened?.close());

  async function windowWith(script: (run: FakeRun) => void): Promise<{ core: FakeCore; verdict: HTMLElement }> {
    const core = new FakeCore();
    script(core.startRun({ lastEvent: 'now' }));
    opened = await openWindow(core);
    return { core, verdict: await screen.findByRole('region', { name: 'Verdict' }) };
  }

  it('says that nobody qualifies when every source answered', async () => {
    const { verdict } = await windowWith((run) => {
      for (const place of [0, 1, 2, 3]) run.complete(run.id(place), 5);
      run.merge(0, 0);
      run.finish();
    });
    within(verdict).getByText('No client qualifies');
    within(verdict).getByText('Coverage 4 of 4');
    expect(within(verdict).queryByRole('button', { name: 'Complete this run' })).toBeNull();
  });

  it('names what is missing and why, and completes the run with one button', async () => {
    const { core, verdict } = await windowWith((run) => {
      for (const place of [0, 1, 3]) run.complete(run.id(place), 5);
      run.fail(run.id(2), 'timeout', failure('query.timeout', { vendorCode: 'ORA-01013' }));
      run.merge(0, 3);
      run.finish();
    });
    within(verdict).getByText('Not known: 1 of 4 sources is missing');
    within(verdict).getByText('3 clients may qualify: the missing sources decide.');
    within(verdict).getByText('Get token changes · client_activity_analysis');
    within(verdict).getByText('timed out');
    within(verdict).getByText('ORA-01013');
    fireEvent.click(within(verdict).getByRole('button', { name: 'Complete this run' }));
    await within(verdict).findByText('3 clients undetermined so far');
    expect(core.calls.find((call) => call.method === 'run.resume')?.input).toEqual({ runId: 'run-1' });
    const run = core.runs[0]!;
    act(() => {
      run.complete(run.id(2), 9);
      run.merge(2, 0);
      run.finish();
    });
    await within(verdict).findByText('2 clients confirmed');
    within(verdict).getByText('Coverage 4 of 4');
  });

  it('shows a few missing sources at first and all of them on demand', async () => {
    const { verdict } = await windowWith((run) => {
      run.cancel(undefined);
      run.finish();
    });
    expect(within(verdict).getAllByRole('listitem').length).toBe(3);
    fireEvent.click(within(verdict).getByRole('button', { name: 'Show all 4 missing sources' }));
    expect(within(verdict).getAllByRole('listitem').length).toBe(4);
  });

  it('does not call the run complete when the answers could not be merged, and offers no completion that cannot help', async () => {
    const { verdict } = await windowWith((run) => {
      for (const place of [0, 1, 2, 3]) run.complete(run.id(place), 5);
      run.emit({ kind: 'run-ended', outcome: 'failed', failure: failure('engine.crashed') });
    });
    within(verdict).getByText('Not known: the answers could not be merged');
    within(verdict).getByText(/The process that merges the results ended unexpectedly/);
    expect(within(verdict).queryByRole('button', { name: 'Complete this run' })).toBeNull();
  });

  it('says how far an evaluation is that lasts', async () => {
    const { core, verdict } = await windowWith((run) => {
      for (const place of [0, 1, 2, 3]) run.complete(run.id(place), 5);
    });
    act(() => core.runs[0]!.emit({ kind: 'evaluating', progress: { step: 3, of: 5, what: 'windows', percent: 42 } }));
    await within(verdict).findByText(
      '4 of 4 sources have answered; evaluating the rule, step 3 of 5: judging every window, 42 % of it done.',
    );
    act(() => core.runs[0]!.merge(2, 0));
    await within(verdict).findByText('4 of 4 sources have answered; the figures may still change.');
  });

  it('offers to evaluate again a run whose evaluation was broken off, and no run that has been evaluated', async () => {
    const { core, verdict } = await windowWith((run) => {
      for (const place of [0, 1, 2, 3]) run.complete(run.id(place), 5);
      run.emit({ kind: 'run-ended', outcome: 'cancelled', failure: failure('run.not-evaluated') });
    });
    within(verdict).getByText('Not known: the rule was not evaluated to its end');
    fireEvent.click(within(verdict).getByRole('button', { name: 'Evaluate again' }));
    await within(verdict).findByText('Not known yet: the analysis is running');
    expect(core.calls.find((call) => call.method === 'run.evaluate')?.input).toEqual({ runId: 'run-1' });
    act(() => {
      core.runs[0]!.merge(2, 0);
      core.runs[0]!.finish();
    });
    await within(verdict).findByText('2 clients confirmed');
    expect(within(verdict).queryByRole('button', { name: 'Evaluate again' })).toBeNull();
  });

  it.each(['Evaluate again', 'Complete this run'])(
    'leaves the focus with the results when %s goes away with what it begins',
    async (name) => {
      const { core, verdict } = await windowWith((run) => {
        for (const place of [0, 1, 2]) run.complete(run.id(place), 5);
        run.fail(run.id(3), 'timeout', failure('query.timeout'));
        run.emit({ kind: 'run-ended', outcome: 'failed', failure: failure('engine.crashed') });
      });
      const pressed = within(verdict).getByRole('button', { name });
      act(() => pressed.focus());
      fireEvent.click(pressed);
      fireEvent.click(pressed);
      expect(document.activeElement).toBe(verdict.closest('[data-pane]'));
      await waitFor(() => expect(pressed.isConnected).toBe(false));
      expect(document.activeElement).toBe(verdict.closest('[data-pane]'));
      // Pressed twice, it begins once.
      expect(core.calls.filter(({ method }) => method === 'run.evaluate' || method === 'run.resume').length).toBe(1);
    },
  );

  it('keeps the focus on a button that cannot be used just now', async () => {
    const { verdict } = await windowWith((run) => {
      for (const place of [0, 1, 2, 3]) run.complete(run.id(place), 5);
      run.emit({ kind: 'run-ended', outcome: 'cancelled', failure: failure('run.not-evaluated') });
    });
    const evaluate = within(verdict).getByRole('button', { name: 'Evaluate again' });
    act(() => evaluate.focus());
    act(() => patch(opened!.parts.store, 'run', { starting: true }));
    expect(evaluate.getAttribute('aria-disabled')).toBe('true');
    expect(evaluate.hasAttribute('disabled')).toBe(false);
    expect(document.activeElement).toBe(evaluate);
  });

  it('says that the rule was not evaluated where sources are missing too, and offers both', async () => {
    const { verdict } = await windowWith((run) => {
      for (const place of [0, 1, 2]) run.complete(run.id(place), 5);
      run.fail(run.id(3), 'timeout', failure('query.timeout'));
      run.emit({ kind: 'run-ended', outcome: 'failed', failure: failure('engine.crashed') });
    });
    within(verdict).getByText('Not known: the rule was not evaluated to its end, 1 of 4 sources is missing');
    within(verdict).getByText('Confidence 0 %');
    within(verdict).getByRole('button', { name: 'Evaluate again' });
    within(verdict).getByRole('button', { name: 'Complete this run' });
  });

  it('follows a run that another window has started', async () => {
    const core = new FakeCore();
    opened = await openWindow(core);
    const verdict = await screen.findByRole('region', { name: 'Verdict' });
    within(verdict).getByText('Nothing has been analysed yet');
    act(() => {
      core.startRun({ lastEvent: 'now' });
    });
    await waitFor(() => within(verdict).getByText('Not known yet: the analysis is running'));
  });
});

describe('the verdict line of a run whose request had something to say', () => {
  it('shows the window with its zone, and every note of the plan', async () => {
    const core = new FakeCore();
    const run = core.startRun({ lastEvent: '2026-11-20T13:00:00.000000Z', strict: true });
    const note = 'The last event lies in the future.';
    Object.assign(run.state.plan, { notes: [note] });
    const opened = await openWindow(core);
    const verdict = await screen.findByRole('region', { name: 'Verdict' });
    expect(within(verdict).getByText(/2026-11-19 14:00:00 – /).parentElement?.textContent).toBe(
      'Window 2026-11-19 14:00:00 – 2026-11-20 14:00:00 · Europe/Berlin (UTC+01:00) · strict',
    );
    within(verdict).getByText(note);
    opened.close();
  });
});
