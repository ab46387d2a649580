import type { BrowserWindow, Rectangle } from 'electron';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../app/base/logger.ts';
import { StubWindow } from './testing/windows-stub.ts';
import { crashLoopMs, createWindows } from './windows.ts';

function windows(answers: { mayCloseLast?: boolean; remembered?: Rectangle; reloads?: boolean } = {}) {
  const made: { window: StubWindow; bounds: Rectangle | undefined }[] = [];
  const saved: Rectangle[] = [];
  let now = 0;
  const set = createWindows({
    create: (bounds) => {
      const window = new StubWindow({});
      made.push({ window, bounds });
      return window as unknown as BrowserWindow;
    },
    workAreas: () => [{ x: 0, y: 0, width: 1920, height: 1080 }],
    bounds: { load: () => answers.remembered, save: (bounds) => saved.push(bounds) },
    mayCloseLast: () => answers.mayCloseLast ?? true,
    clock: { nowMs: () => now, monotonicMs: () => now, setTimer: () => () => undefined },
    logger: silentLogger,
    offerReload: () => Promise.resolve(answers.reloads ?? false),
  });
  return { set, made, saved, at: (ms: number) => (now = ms) };
}

describe('windows', () => {
  it('load the page and appear once it has drawn itself', () => {
    const { set, made } = windows();
    set.open();
    expect(made[0]?.window.calls).toEqual(['load cam://app/index.html']);
    made[0]?.window.emit('ready-to-show');
    expect(made[0]?.window.calls).toEqual(['load cam://app/index.html', 'show']);
  });

  it('open where the last one was, a second one beside it', () => {
    const remembered = { x: 5, y: 6, width: 1300, height: 800 };
    const { set, made } = windows({ remembered });
    set.open();
    set.open();
    expect(made.map(({ bounds }) => bounds)).toEqual([remembered, undefined]);
  });

  it('remember where they were when they close', () => {
    const { set, made, saved } = windows();
    set.open();
    made[0]?.window.close();
    expect([saved, set.contents(), set.current()]).toEqual([[{ x: 10, y: 20, width: 1200, height: 800 }], [], undefined]);
  });

  it('ask only for the last one whether it may close', () => {
    const { set, made } = windows({ mayCloseLast: false });
    set.open();
    set.open();
    made[0]?.window.close();
    made[1]?.window.close();
    expect(made.map(({ window }) => window.isGone)).toEqual([true, false]);
    expect(set.contents()).toEqual([made[1]?.window.webContents]);
  });

  it('come to the front when asked; without one a new one opens', () => {
    const { set, made } = windows();
    set.focus();
    expect([made.length, set.isFocused()]).toEqual([1, false]);
    set.focus();
    expect([made.length, set.isFocused(), set.current()]).toEqual([1, true, made[0]?.window]);
  });

  it('are loaded anew after a crash, but not in a loop', () => {
    const { set, made, at } = windows();
    set.open();
    const window = made[0]!.window;
    const crash = (ms: number, reason: string): void => {
      at(ms);
      window.webContents.emit('render-process-gone', {}, { reason, exitCode: 5 });
    };
    crash(1000, 'clean-exit');
    crash(2000, 'oom');
    crash(2000 + crashLoopMs - 1, 'crashed');
    crash(2000 + 2 * crashLoopMs, 'crashed');
    expect(window.calls.filter((call) => call === 'reload').length).toBe(2);
  });

  it('whose page crashes in a loop are shown and ask, and are loaded anew where that is wanted', async () => {
    for (const reloads of [true, false]) {
      const { set, made } = windows({ reloads });
      set.open();
      const window = made[0]!.window;
      for (let crash = 0; crash < 2; crash++) window.webContents.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 });
      expect(window.isVisible()).toBe(true);
      await new Promise((resolve) => setImmediate(resolve));
      expect(window.calls.filter((call) => call === 'reload').length).toBe(reloads ? 2 : 1);
    }
  });

  it('that have never been drawn are shown when the program is started again', () => {
    const { set, made } = windows();
    set.open();
    set.focus();
    expect(made[0]?.window.calls).toEqual(['load cam://app/index.html', 'show', 'focus']);
  });
});
