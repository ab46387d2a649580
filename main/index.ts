/** The entry of the desktop: the only file, besides the preload, that imports Electron's values. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  nativeTheme,
  Notification,
  powerMonitor,
  powerSaveBlocker,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  utilityProcess,
} from 'electron';
import { systemClock } from '../app/base/clock.ts';
import { createDeferredLogger } from '../app/base/deferred-logger.ts';
import { runDesktop } from './desktop-app.ts';
import { startDesktopCore } from './desktop-core.ts';
import { absoluteArguments, foreignArguments } from './desktop-files.ts';
import { ownAppImage } from './second-start.ts';
import { logStrayErrors } from './stray-errors.ts';

/** A built file by its path below `out/`. */
const built = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

const argv = process.argv.slice(1);
const given = absoluteArguments(argv, process.cwd());
// A data folder of its own is an instance of its own: with its own lock, window bounds and caches.
if (given.data !== undefined) app.setPath('userData', join(given.data, 'desktop'));
const early = createDeferredLogger(() => Date.now());
logStrayErrors(process, early.logger);

// Not awaited: Electron becomes ready only after this file has run to its end, and what follows waits for that.
runDesktop(
  {
    ...{ app, BrowserWindow, dialog, ipcMain, Menu, nativeTheme, Notification, powerMonitor, powerSaveBlocker },
    ...{ protocol, safeStorage, screen, session, shell, utilityProcess },
  },
  {
    paths: {
      renderer: built('renderer'),
      preload: built('preload/index.cjs'),
      workerEntry: built('main/worker-entry.js'),
      engineEntry: built('main/engine-entry.js'),
      oracleProbeEntry: built('main/oracle-probe-entry.js'),
      windowBounds: join(app.getPath('userData'), 'window.json'),
      secrets: join(app.getPath('userData'), 'secrets.json'),
      icon: process.platform === 'linux' ? join(app.getAppPath(), 'build', 'icons', '512x512.png') : undefined,
    },
    start: { given, rest: foreignArguments(argv), program: ownAppImage(process.execPath, process.env) },
    environment: process.env,
    platform: process.platform,
    killNow: (pid) => {
      process.kill(pid, 'SIGKILL');
    },
    clock: systemClock,
    logger: early.logger,
    startCore: async (ports) => {
      const core = await startDesktopCore(
        {
          ...{ app, argv, workingDirectory: process.cwd(), resourcesPath: process.resourcesPath },
          ...{ historyEntry: built('main/history-entry.js'), environment: process.env },
        },
        ports,
      );
      early.connect(core.log.logger);
      return core;
    },
  },
).catch((error: unknown) => {
  dialog.showErrorBox('Client Activity Monitor could not start', String(error));
  app.exit(1);
});
