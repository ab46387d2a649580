import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from '../../app/contract/client.ts';
import { failure } from '../../app/model/failure.ts';
import { type AppStore, createAppStore } from '../store/app-store.ts';
import { FakeCore } from '../testing/fake-core.ts';
import type { FakeRun } from '../testing/fake-run.ts';
import { nextFrame } from '../testing/next-frame.ts';
import { type Actions, createActions } from './actions.ts';

describe('a window whose program was started anew', () => {
  let core: FakeCore;
  let store: AppStore;
  let actions: Actions;
  let looked: FakeRun;
  let other: FakeRun;
  /** Resolves the answer to `run.open` that is held back. */
  let release: (() => void) | undefined;
  let isHeld = false;

  beforeEach(async () => {
    isHeld = false;
    release = undefined;
    core = new FakeCore({
      delay: async () => {
        if (isHeld && core.calls.at(-1)?.method === 'run.open') await new Promise<void>((resolve) => (release = resolve));
      },
    });
    store = createAppStore();
    looked = core.startRun({ lastEvent: 'now' });
    actions = createActions({
      client: createClient(core.transport),
      store,
      frames: { requestFrame: (call) => setTimeout(call, 0), cancelFrame: clearTimeout, setTimer: setTimeout, clearTimer: clearTimeout },
      copyText: () => Promise.resolve(),
      notify: () => undefined,
      openUrl: () => undefined,
    });
    await actions.load();
    expect(shown()).toBe(looked.plan.runId);
    // The program that was started anew has another run, and the one that is looked at only among its kept results, if at all.
    const send = core.send.bind(core);
    core.send = () => undefined;
    other = core.startRun({ lastEvent: 'now' });
    core.send = send;
    core.runs.splice(core.runs.indexOf(looked), 1);
  });
  afterEach(() => actions.close());

  const shown = (): string | undefined => store.getState().run.state?.plan.runId;

  it('shows another run where the one that was looked at is not kept', async () => {
    await actions.load();
    expect(shown()).toBe(other.plan.runId);
    expect(store.getState().run.failure).toBeNull();
  });

  it('keeps the run that was looked at, and says why it cannot be opened, where that may pass', async () => {
    core.refuse('run.open', failure('result.damaged'));
    await actions.load();
    expect(shown()).toBe(looked.plan.runId);
    expect(store.getState().run.failure).toMatchObject({ code: 'result.damaged' });
    expect(store.getState().session).toMatchObject({ phase: 'ready', failure: null });
    // The list is that of the program as it is now, and another run can be picked.
    expect(store.getState().run.list.map(({ runId }) => runId)).toEqual([other.plan.runId]);
    await actions.openRun(other.plan.runId);
    expect(shown()).toBe(other.plan.runId);
    expect(store.getState().run.failure).toBeNull();
  });

  it.each(['not.found', 'result.damaged'] as const)(
    'shows the run that is picked while it asks, also where the answer is %s',
    async (code) => {
      core.refuse('run.open', failure(code));
      const first = core.startRun({ lastEvent: 'now' });
      isHeld = true;
      const loading = actions.load();
      while (release === undefined) await nextFrame();
      // Not the one that would be shown by itself, which is the newest.
      await actions.openRun(other.plan.runId);
      release();
      await loading;
      expect(core.runs[0]).toBe(first);
      expect(shown()).toBe(other.plan.runId);
      expect(store.getState().run.failure).toBeNull();
    },
  );
});
