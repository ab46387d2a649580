import { EventEmitter } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createLogger, type LogEntry } from '../app/base/logger.ts';
import { FakeClock } from '../app/testing/fake-clock.ts';
import { watchPower } from './power.ts';
import { StubPowerSaveBlocker } from './testing/electron-stub.ts';

function watch(checkAgain: () => Promise<unknown> = () => Promise.resolve()) {
  const clock = new FakeClock();
  const blocker = new StubPowerSaveBlocker();
  const monitor = new EventEmitter();
  const lines: LogEntry[] = [];
  const state = { running: [] as string[], checks: 0 };
  const power = watchPower({
    blocker,
    monitor: monitor as unknown as Electron.PowerMonitor,
    isRunning: () => state.running.length > 0,
    running: () => Promise.resolve(state.running),
    checkAgain: () => {
      state.checks += 1;
      return checkAgain();
    },
    clock,
    logger: createLogger(
      (entry) => lines.push(entry),
      () => 0,
    ),
  });
  return { clock, blocker, monitor, lines, state, power };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the machine', () => {
  it('is kept awake by one blocker while any number of runs goes on, and its screen is not', () => {
    const { blocker, state, power } = watch();
    power.follow();
    expect(blocker.on.size).toBe(0);
    for (const running of [['a'], ['a', 'b'], ['b']]) {
      state.running = running;
      power.follow();
      expect([...blocker.on.values()]).toEqual(['prevent-app-suspension']);
    }
    state.running = [];
    power.follow();
    expect(blocker.on.size).toBe(0);
    state.running = ['c'];
    power.follow();
    expect(blocker.on.size).toBe(1);
  });

  it('may sleep once the program is closing, whatever goes on', () => {
    const { blocker, monitor, state, power } = watch();
    state.running = ['a'];
    power.follow();
    power.close();
    expect([blocker.on.size, monitor.listenerCount('suspend'), monitor.listenerCount('resume')]).toEqual([0, 0, 0]);
  });

  it('may sleep although a run tells of itself after the program has let go of it', () => {
    const { blocker, state, power } = watch();
    power.close();
    state.running = ['a'];
    power.follow();
    expect(blocker.on.size).toBe(0);
  });

  it('that has slept has every run say for how long, and its tickets judged anew', async () => {
    const { clock, monitor, lines, state } = watch();
    state.running = ['a', 'b'];
    monitor.emit('suspend');
    clock.shiftWall(3_600_000);
    monitor.emit('resume');
    await settle();
    expect(lines.slice(1).map(({ level, message, fields }) => [level, message, fields])).toEqual([
      ['info', 'the machine is awake again', { seconds: 3600 }],
      ['warn', 'the machine was asleep while this run went on', { run: 'a', seconds: 3600 }],
      ['warn', 'the machine was asleep while this run went on', { run: 'b', seconds: 3600 }],
    ]);
    expect(state.checks).toBe(1);
  });

  it('that wakes up without having told that it falls asleep is told of without a time', async () => {
    const { monitor, lines, state } = watch(() => Promise.reject(new Error('no such folder')));
    state.running = ['a'];
    monitor.emit('resume');
    await settle();
    expect(lines.map(({ level, fields }) => [level, fields])).toEqual([
      ['info', {}],
      ['warn', { run: 'a' }],
      ['warn', { error: 'Error: no such folder' }],
    ]);
  });
});
