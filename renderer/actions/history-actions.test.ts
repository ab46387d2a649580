import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from '../../app/contract/client.ts';
import type { RunningSummary } from '../../app/model/history-pages.ts';
import type { HistoryState } from '../../app/model/history.ts';
import { type AppStore, createAppStore, patch } from '../store/app-store.ts';
import { FakeCore } from '../testing/fake-core.ts';
import { nextFrame } from '../testing/next-frame.ts';
import { type Actions, createActions } from './actions.ts';

describe('looking at the history', () => {
  let core: FakeCore;
  let store: AppStore;
  let actions: Actions;
  /** Answers that are held back, by method, the oldest first. */
  let held: { readonly method: string; readonly answer: () => void }[];
  const idle: HistoryState = { store: 'ready', waiting: 0, unwritten: 0, lost: 0, rejected: 0, interrupted: 0 };

  beforeEach(() => {
    held = [];
    core = new FakeCore({
      delay: () => {
        const method = core.calls.at(-1)?.method ?? '';
        return new Promise<void>((resolve) => held.push({ method, answer: resolve }));
      },
    });
    store = createAppStore();
    patch(store, 'view', { page: 'history' });
    actions = createActions({
      client: createClient(core.transport),
      store,
      frames: { requestFrame: (call) => setTimeout(call, 0), cancelFrame: clearTimeout, setTimer: setTimeout, clearTimer: clearTimeout },
      copyText: () => Promise.resolve(),
      notify: () => undefined,
      openUrl: () => undefined,
    });
  });
  afterEach(() => actions.close());

  const asked = (method: string): number => core.calls.filter((call) => call.method === method).length;
  const revision = (): number => store.getState().history.revision;

  /** Answers all that is held back, the newest question first. */
  async function answerAll(): Promise<void> {
    for (const { answer } of held.splice(0).toReversed()) answer();
    await nextFrame();
  }

  /** A look that has been answered. */
  async function looked(): Promise<void> {
    const looking = actions.refreshHistory();
    await answerAll();
    await looking;
  }

  it('has one question on its way and one that waits, however long a history hangs and however often it is asked', async () => {
    const first = actions.refreshHistory();
    const later = Array.from({ length: 20 }, () => actions.refreshHistory());
    await nextFrame();
    expect([asked('history.state'), asked('history.running')]).toEqual([1, 1]);
    await answerAll();
    await first;
    expect([asked('history.state'), asked('history.running')]).toEqual([2, 2]);
    // Whoever asked meanwhile is answered by what began after that.
    core.history.state = { ...idle, lost: 3 };
    await answerAll();
    await Promise.all(later);
    expect(store.getState().history.recording?.lost).toBe(3);
    expect([asked('history.state'), held.length]).toEqual([2, 0]);
    await looked();
    expect(asked('history.state')).toBe(3);
  });

  it('drops an answer that is older than what the program has told meanwhile', async () => {
    await looked();
    const looking = actions.refreshHistory();
    core.history.state = { ...idle, waiting: 4 };
    held.find(({ method }) => method === 'history.state')?.answer();
    await nextFrame();
    core.send('history.changed', { ...idle, store: 'unavailable', waiting: 9 });
    held.find(({ method }) => method === 'history.running')?.answer();
    await looking;
    expect(store.getState().history.recording).toMatchObject({ store: 'unavailable', waiting: 9 });
  });

  it('asks for the lists once when something was recorded, also where a run has ended by it', async () => {
    core.history.running = [{ run: { runId: 'run-9' }, executions: [], seenAt: null } as unknown as RunningSummary];
    await looked();
    expect(store.getState().history.running).toHaveLength(1);
    const before = revision();
    core.history.running = [];
    core.send('history.changed', idle);
    await answerAll();
    await answerAll();
    expect([store.getState().history.running.length, revision()]).toEqual([0, before + 1]);
    // Nothing more has changed.
    await looked();
    expect(revision()).toBe(before + 1);
  });

  it('asks for the lists again also where the look after it fails, and while another page is looked at', async () => {
    await looked();
    const before = revision();
    core.refuse('history.running', { code: 'history.unavailable', message: 'Away.', action: 'Wait.' });
    core.send('history.changed', idle);
    await answerAll();
    expect(revision()).toBe(before + 1);
    patch(store, 'view', { page: 'run' });
    core.send('history.changed', idle);
    expect(revision()).toBe(before + 2);
  });
});
