import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../app/base/clock.ts';
import { silentLogger } from '../app/base/logger.ts';
import type { Handlers } from '../app/contract/dispatch.ts';
import type { EventName, Events } from '../app/contract/methods.ts';
import { CamError, failure } from '../app/model/failure.ts';
import { applicationId, type DesktopCore, runDesktop } from './desktop-app.ts';
import type { DesktopCorePorts } from './desktop-core.ts';
import { menuTemplate } from './menu.ts';
import type { ProgramStart } from './second-start.ts';
import { StubNotification, stubElectron } from './testing/electron-stub.ts';

const directory = mkdtempSync(join(tmpdir(), 'cam-desktop-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});
beforeEach(() => {
  StubNotification.shown.length = 0;
});

type Listener = <K extends EventName>(event: K, payload: Events[K]) => void;

/** A desktop on the stub of Electron, with a core whose running a test decides. */
async function start(
  options: {
    platform?: NodeJS.Platform;
    hasLock?: boolean;
    fails?: Error;
    start?: ProgramStart;
    running?: readonly string[];
    whileStarting?: (ports: DesktopCorePorts) => void;
  } = {},
) {
  const electron = stubElectron();
  electron.app.hasLock = options.hasLock ?? true;
  const state = { isRunning: false, warmUps: 0, windowsWhenWarm: 0 };
  const listeners: Listener[] = [];
  const core: DesktopCore = {
    handlers: {
      'log.recent': () => Promise.resolve([]),
      'run.list': () =>
        Promise.resolve([
          { runId: 'old', status: 'ended' },
          ...(state.isRunning ? (options.running ?? ['r1']) : []).map((runId) => ({ runId, status: 'running' })),
        ]),
      'run.cancel': ({ runId }: { runId: string }) => {
        electron.app.calls.push(`cancel ${runId}`);
        return runId === 'gone' ? Promise.reject(new CamError(failure('not.found'))) : Promise.resolve(null);
      },
    } as unknown as Handlers,
    subscribe: (listener) => {
      listeners.push(listener);
      return () => undefined;
    },
    isRunning: () => state.isRunning,
    warmUp: () => {
      state.warmUps += 1;
      state.windowsWhenWarm = electron.app.windows.length;
    },
    close: () => {
      electron.app.calls.push('core closed');
      return Promise.resolve();
    },
  };
  await runDesktop(electron.parts, {
    paths: {
      renderer: directory,
      preload: '/app/preload.cjs',
      workerEntry: '/app/worker-entry.js',
      engineEntry: '/app/engine-entry.js',
      oracleProbeEntry: '/app/oracle-probe-entry.js',
      windowBounds: join(directory, 'window.json'),
      secrets: join(directory, 'secrets.json'),
      icon: undefined,
    },
    start: options.start ?? { given: {}, rest: [] },
    environment: {},
    platform: options.platform ?? 'linux',
    killNow: () => undefined,
    clock: systemClock,
    logger: silentLogger,
    startCore: (ports) => {
      electron.app.calls.push('core');
      options.whileStarting?.(ports);
      return options.fails !== undefined ? Promise.reject(options.fails) : Promise.resolve(core);
    },
  });
  return { ...electron, state, listeners };
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('starting', () => {
  it('locks, sandboxes and registers the scheme before Electron is ready, and serves the page before a window opens', async () => {
    const { app, session } = await start();
    expect(app.calls).toEqual(['lock', `id ${applicationId}`, 'sandbox', 'scheme cam', 'ready', 'protocol cam', 'core']);
    expect([app.windows.length, session.permissionRequest !== undefined]).toEqual([1, true]);
  });

  it('has the engine started once the window is open, so that the first run does not wait for it', async () => {
    const { state } = await start();
    expect([state.warmUps, state.windowsWhenWarm]).toEqual([1, 1]);
  });

  it('a second time shows the window that is there and ends', async () => {
    const second = await start({ hasLock: false });
    expect([second.app.calls, second.app.windows]).toEqual([['lock', 'quit', 'gone'], []]);
    const first = await start();
    first.app.emit('second-instance');
    expect([first.app.windows.length, first.app.windows[0]?.hasFocus]).toEqual([1, true]);
  });

  it('while the program is closing is kept in mind: it opens no window that would go at once, but starts anew afterwards', async () => {
    const { app } = await start({ start: { given: { config: '/here/a.yaml' }, rest: ['/checkout'] } });
    expect(app.handedOver).toEqual({ config: '/here/a.yaml' });
    app.windows[0]?.close();
    app.emit('second-instance', {}, [], '/there', { config: '/there/b.yaml' });
    app.emit('second-instance', {}, [], '/there', {});
    expect([app.windows.length, app.relaunches]).toEqual([1, [{ args: ['/checkout', '--config=/there/b.yaml'] }]]);
    await settle();
    expect([app.calls.at(-1), app.windows.length]).toEqual(['gone', 1]);
  });

  it('while a person is asked whether to quit comes to the window that asks', async () => {
    const { app, dialog, state } = await start();
    state.isRunning = true;
    dialog.showMessageBox.mockReturnValue(new Promise(() => undefined));
    app.quit();
    app.emit('second-instance', {}, [], '/', {});
    expect([app.relaunches, app.windows[0]?.hasFocus]).toEqual([[], true]);
  });

  it('with other files than the ones that are open is told so', async () => {
    const { app, dialog } = await start();
    app.emit('second-instance', {}, [], '/', { config: '/there/b.yaml' });
    await settle();
    expect(dialog.showMessageBox.mock.calls).toEqual([
      [app.windows[0], expect.objectContaining({ message: 'The program is open already, with other files than those just asked for.' })],
    ]);
  });

  it('that fails says so and ends with an exit code', async () => {
    const { app, dialog } = await start({ fails: new Error('no room') });
    expect(app.calls.at(-1)).toBe('exit 1');
    expect(dialog.showErrorBox.mock.calls).toEqual([['Client Activity Monitor could not start', 'Error: no room']]);
  });

  it('that fails for a reason that is known says what to do', async () => {
    const { dialog } = await start({ fails: new CamError(failure('disk.full')) });
    const { message, action } = failure('disk.full');
    expect(dialog.showErrorBox.mock.calls).toEqual([['Client Activity Monitor could not start', `${message}\n\n${action}`]]);
  });

  it('closes every web contents, and answers only its own windows', async () => {
    const { app, ipcMain } = await start();
    const contents = app.windows[0]!.webContents;
    expect(contents.openHandler?.({ url: 'https://example.com/' })).toEqual({ action: 'deny' });
    expect(await ipcMain.invoke({ sender: contents, senderFrame: contents.mainFrame }, 'log.recent', {})).toEqual({ ok: true, value: [] });
    expect(await ipcMain.invoke({ sender: contents, senderFrame: null }, 'log.recent', {})).toMatchObject({ ok: false });
  });

  it('opens one window, and fails at nothing, where an alert is clicked while the core still starts', async () => {
    const { app } = await start({
      whileStarting: ({ desktop }) => {
        desktop.notify?.('hourly', 'An interval is missing.');
        expect(() => StubNotification.shown[0]?.emit('click')).not.toThrow();
      },
    });
    expect([StubNotification.shown.length, app.windows.length, app.calls.at(-1)]).toEqual([1, 1, 'core']);
  });

  it('opens a second window from the menu, and both are told of events', async () => {
    const { app, menus, listeners } = await start();
    const file = menus[0]?.[0]?.submenu as Electron.MenuItemConstructorOptions[];
    const newWindow = file.find(({ id }) => id === 'new-window')?.click as (() => void) | undefined;
    newWindow?.();
    for (const listener of listeners) listener('log.entry', { at: 0, level: 'info', message: 'x', fields: {} });
    expect(app.windows.map((window) => window.webContents.sent.length)).toEqual([1, 1]);
  });
});

describe('the menu', () => {
  it('has the developer tools in a checkout only', () => {
    const roles = (isPackaged: boolean): string => JSON.stringify(menuTemplate({ isMac: true, isPackaged, openWindow: () => undefined }));
    expect([roles(false).includes('toggleDevTools'), roles(true).includes('toggleDevTools')]).toEqual([true, false]);
  });
});

describe('ending', () => {
  it('closing the last window without a run closes the core, then the program', async () => {
    const { app } = await start();
    app.windows[0]?.close();
    await settle();
    expect(app.calls.slice(7)).toEqual(['quit', 'core closed', 'quit', 'gone']);
  });

  it('closing the last window during a run asks while the window is still there; no keeps everything', async () => {
    const { app, dialog, state } = await start();
    state.isRunning = true;
    app.windows[0]?.close();
    await settle();
    expect(dialog.showMessageBox.mock.calls.map(([parent]) => parent)).toEqual([app.windows[0]]);
    expect([app.windows[0]?.isGone, app.calls.slice(7)]).toEqual([false, ['quit']]);
  });

  it('closing the last window during a run, answered with yes, cancels and ends', async () => {
    const { app, dialog, state } = await start();
    state.isRunning = true;
    dialog.showMessageBox.mockResolvedValue({ response: 1 });
    app.windows[0]?.close();
    await settle();
    expect(app.calls.slice(7)).toEqual(['quit', 'cancel r1', 'core closed', 'quit', 'gone']);
  });

  it('cancels every run and closes the core although one of the runs cannot be cancelled', async () => {
    const { app, dialog, state } = await start({ running: ['gone', 'r1'] });
    state.isRunning = true;
    dialog.showMessageBox.mockResolvedValue({ response: 1 });
    app.quit();
    await settle();
    expect(app.calls.slice(8)).toEqual(['cancel gone', 'cancel r1', 'core closed', 'quit', 'gone']);
  });

  it('closing one of two windows during a run asks nothing', async () => {
    const { app, dialog, state, menus } = await start();
    state.isRunning = true;
    const file = menus[0]?.[0]?.submenu as Electron.MenuItemConstructorOptions[];
    (file[0]?.click as () => void)();
    app.windows[0]?.close();
    await settle();
    expect([dialog.showMessageBox.mock.calls.length, app.windows.map((window) => window.isGone)]).toEqual([0, [true, false]]);
  });

  it('on macOS the program goes on without windows, and its icon opens one', async () => {
    const { app, state } = await start({ platform: 'darwin' });
    state.isRunning = true;
    app.windows[0]?.close();
    await settle();
    expect(app.calls.slice(7)).toEqual([]);
    app.emit('activate');
    expect(app.windows.map((window) => window.isGone)).toEqual([true, false]);
  });
});

describe('a run', () => {
  it('keeps the machine awake until it has ended, and does so no longer when the program ends', async () => {
    const { app, powerSaveBlocker, listeners, state, dialog } = await start();
    const tell = (isRunning: boolean): void => {
      state.isRunning = isRunning;
      const at = '2026-11-20T14:00:00.000000Z';
      for (const listener of listeners) {
        listener('run.event', { runId: 'r', seq: 1, event: { kind: 'database-process', at, database: 'accounts' } });
      }
    };
    const blocked: number[] = [];
    for (const isRunning of [true, false, true]) {
      tell(isRunning);
      blocked.push(powerSaveBlocker.on.size);
    }
    dialog.showMessageBox.mockResolvedValue({ response: 1 });
    app.quit();
    await settle();
    expect([blocked, app.calls.at(-1), powerSaveBlocker.on.size]).toEqual([[1, 0, 1], 'gone', 0]);
  });
});

describe('the end of a run', () => {
  it('is notified when no window has the focus', async () => {
    const { app, listeners } = await start();
    const end = (): void => {
      for (const listener of listeners) {
        listener('run.event', { runId: 'r', seq: 9, event: { kind: 'run-ended', at: '2026-11-20T14:00:00.000000Z', outcome: 'partial' } });
      }
    };
    end();
    await settle();
    app.windows[0]!.hasFocus = true;
    end();
    await settle();
    expect(StubNotification.shown.length).toBe(1);
  });

  it('brings a window to the front when its notification is clicked, but opens none that would go with the closing program', async () => {
    const { app, listeners } = await start();
    for (const listener of listeners) {
      listener('run.event', { runId: 'r', seq: 9, event: { kind: 'run-ended', at: '2026-11-20T14:00:00.000000Z', outcome: 'cancelled' } });
    }
    await settle();
    StubNotification.shown[0]?.emit('click');
    expect(app.windows[0]?.hasFocus).toBe(true);
    app.windows[0]?.close();
    StubNotification.shown[0]?.emit('click');
    expect(app.windows.length).toBe(1);
  });
});
