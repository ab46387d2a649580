import { describe, expect, it } from 'vitest';
import { createClient } from '../../app/contract/client.ts';
import { failure } from '../../app/model/failure.ts';
import { createAppStore } from '../store/app-store.ts';
import { FakeCore } from '../testing/fake-core.ts';
import type { FramePorts } from './frame-scheduler.ts';
import { RunFeed } from './run-feed.ts';

/** Frames that come when the test says so; every pause is over by then. */
function manualFrames(): FramePorts & { readonly next: () => void } {
  let handle = 0;
  const frames = new Map<number, () => void>();
  const timers = new Map<number, { readonly callback: () => void; readonly delayMs: number }>();
  const due = <T>(waiting: Map<number, T>, call: (value: T) => void): void => {
    const values = [...waiting.values()];
    waiting.clear();
    values.forEach(call);
  };
  return {
    requestFrame: (callback) => {
      handle += 1;
      frames.set(handle, callback);
      return handle;
    },
    cancelFrame: (each) => frames.delete(each),
    setTimer: (callback, delayMs) => {
      handle += 1;
      timers.set(handle, { callback, delayMs });
      return handle;
    },
    clearTimer: (each) => timers.delete(each),
    next: () => {
      due(timers, ({ callback, delayMs }) => {
        // The timer of a hidden page comes later than any pause: here the frames are in time.
        if (delayMs <= 100) callback();
      });
      due(frames, (callback) => callback());
    },
  };
}

async function feedOver(core: FakeCore) {
  const store = createAppStore();
  const frames = manualFrames();
  const client = createClient(core.transport);
  const others: string[] = [];
  const feed = new RunFeed({ client, store, frames, onOtherRun: (runId) => others.push(runId) });
  client.on('run.event', (event) => feed.accept(event));
  const run = core.startRun({ lastEvent: 'now' });
  others.length = 0;
  await feed.follow(run.plan.runId);
  frames.next();
  return { store, frames, feed, run, others };
}

const snapshots = (core: FakeCore): number => core.calls.filter((call) => call.method === 'run.snapshot').length;
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe('RunFeed', () => {
  it('begins with a snapshot, so that a window opened during a run sees all of it', async () => {
    const core = new FakeCore();
    const { store, run } = await feedOver(core);
    expect(store.getState().run).toMatchObject({ seq: run.seq, state: { status: 'running' } });
  });

  it('goes on with the run it follows when another one cannot be shown', async () => {
    const core = new FakeCore();
    const { store, frames, feed, run } = await feedOver(core);
    await expect(feed.follow('forgotten')).rejects.toMatchObject({ failure: { code: 'not.found' } });
    run.running(run.id(0));
    frames.next();
    expect(store.getState().run).toMatchObject({ seq: run.seq, state: { plan: { runId: run.plan.runId } } });
  });

  it('gathers a burst of events into one change of the store', async () => {
    const core = new FakeCore();
    const { store, frames, run } = await feedOver(core);
    let changes = 0;
    store.subscribe(() => {
      changes += 1;
    });
    run.running(run.id(0));
    for (let rows = 1; rows <= 300; rows += 1) run.progress(run.id(0), rows, rows);
    expect(changes).toBe(0);
    frames.next();
    expect(changes).toBe(1);
    expect(store.getState().run.state).toEqual(run.state);
  });

  it('spreads a very long burst over several frames', async () => {
    const core = new FakeCore();
    const { store, frames, run } = await feedOver(core);
    for (let turn = 0; turn < 1_000; turn += 1)
      run.emit({ kind: 'database-process', database: 'client_activity_analysis', processId: turn });
    let count = 0;
    for (; store.getState().run.seq < run.seq && count < 50; count += 1) frames.next();
    expect(count).toBe(3);
    expect(store.getState().run.seq).toBe(run.seq);
  });

  it('takes a snapshot again after a gap', async () => {
    const core = new FakeCore();
    const { store, frames, feed, run } = await feedOver(core);
    const send = core.send.bind(core);
    core.send = () => undefined;
    run.running(run.id(0));
    core.send = send;
    run.progress(run.id(0), 70, 7);
    frames.next();
    await settled();
    expect(snapshots(core)).toBe(2);
    expect(store.getState().run.state).toEqual(run.state);
    feed.close();
  });

  it('does not ask for snapshots without end when one does not close the gap', async () => {
    const core = new FakeCore();
    const { frames, feed, run } = await feedOver(core);
    feed.accept({ runId: run.plan.runId, seq: run.seq + 5, event: { kind: 'cancel-requested', at: run.at(), by: 'x' } });
    for (let turn = 0; turn < 5; turn += 1) {
      frames.next();
      await settled();
    }
    expect(snapshots(core)).toBe(2);
  });

  it('shows why the run cannot be followed any more when a snapshot is refused', async () => {
    const core = new FakeCore();
    const { store, frames, feed, run } = await feedOver(core);
    core.refuse('run.snapshot', failure('not.found'));
    feed.accept({ runId: run.plan.runId, seq: run.seq + 5, event: { kind: 'cancel-requested', at: run.at(), by: 'x' } });
    frames.next();
    await settled();
    expect(store.getState().run.failure).toMatchObject({ code: 'not.found' });
  });

  it('tells of a run that was started elsewhere, but not while its own goes on', async () => {
    const core = new FakeCore();
    const { frames, run, others } = await feedOver(core);
    core.startRun({ lastEvent: 'now' });
    expect(others).toEqual([]);
    run.cancel(undefined);
    run.finish();
    frames.next();
    core.startRun({ lastEvent: 'now' });
    expect(others).toEqual(['run-3']);
  });
});
