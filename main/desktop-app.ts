/** Composes the desktop: what must happen before Electron is ready, what after, and in which order it ends. */
import type * as Electron from 'electron';
import type { Clock } from '../app/base/clock.ts';
import type { Logger } from '../app/base/logger.ts';
import type { Events } from '../app/contract/methods.ts';
import { CamError } from '../app/model/failure.ts';
import type { App } from '../app/services/create-app.ts';
import type { SpawnProcess } from '../app/worker/process.ts';
import { appScheme } from './app-origin.ts';
import { appSchemePrivileges, createAppProtocol } from './app-protocol.ts';
import type { DesktopCorePorts } from './desktop-core.ts';
import { createDesktopPorts } from './desktop-ports.ts';
import { confirmQuit, offerReload, tellOther } from './dialogs.ts';
import { serveWindows } from './ipc-server.ts';
import { menuTemplate } from './menu.ts';
import { notifier, tellRunEnded } from './notifications.ts';
import { type PowerWatch, watchPower } from './power.ts';
import { createQuitSequence, type QuitSequence } from './quit.ts';
import { createSecretStore } from './secret-store.ts';
import { createSecondStarts, type ProgramStart, type SecondStarts } from './second-start.ts';
import { closeContents, closeSession } from './security.ts';
import { utilitySpawner } from './utility-spawner.ts';
import { windowBoundsFile } from './window-bounds.ts';
import { windowOptions } from './window.ts';
import { createWindows, type Windows } from './windows.ts';

/** The id under which Windows shows notifications; the package is installed under the same one (`appId` of electron-builder.yml). */
export const applicationId = 'org.client-activity-monitor.desktop';

/** The parts of the `electron` module that the program uses; handed in by `index.ts`, which alone imports them. */
export type ElectronParts = Pick<
  typeof Electron,
  | 'app'
  | 'BrowserWindow'
  | 'dialog'
  | 'ipcMain'
  | 'Menu'
  | 'nativeTheme'
  | 'Notification'
  | 'powerMonitor'
  | 'powerSaveBlocker'
  | 'protocol'
  | 'safeStorage'
  | 'screen'
  | 'session'
  | 'shell'
  | 'utilityProcess'
>;

/** The core as the desktop needs it. */
export type DesktopCore = Pick<App, 'handlers' | 'subscribe' | 'isRunning' | 'warmUp' | 'close'>;

/** What the desktop is made with. All paths are absolute. */
export interface DesktopOptions {
  readonly paths: {
    /** The built page's folder. */
    readonly renderer: string;
    /** The built preload script. */
    readonly preload: string;
    readonly workerEntry: string;
    readonly engineEntry: string;
    readonly oracleProbeEntry: string;
    readonly windowBounds: string;
    /** The file of encrypted passwords. */
    readonly secrets: string;
    readonly icon: string | undefined;
  };
  readonly start: ProgramStart;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly killNow: (pid: number) => void;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Makes the core; a configuration with mistakes does not make it fail. */
  readonly startCore: (ports: DesktopCorePorts) => Promise<DesktopCore>;
}

/**
 * Runs the desktop. Must be called before Electron is ready; resolves when the first window is open, or at once when another
 * instance of the program has the lock (that one comes to the front, or starts anew where it is about to end).
 */
export async function runDesktop(electron: ElectronParts, options: DesktopOptions): Promise<void> {
  const { app } = electron;
  if (!app.requestSingleInstanceLock(options.start.given)) {
    app.quit();
    return;
  }
  app.setAppUserModelId(applicationId);
  app.enableSandbox();
  electron.protocol.registerSchemesAsPrivileged([appSchemePrivileges]);
  closeContents(app, options.logger);
  await app.whenReady();
  closeSession(electron.session.defaultSession, { isPackaged: app.isPackaged, logger: options.logger });
  electron.protocol.handle(appScheme, createAppProtocol(options.paths.renderer));
  try {
    await openDesktop(electron, options);
  } catch (error) {
    options.logger.error('the program could not start', { error: String(error) });
    electron.dialog.showErrorBox('Client Activity Monitor could not start', textOf(error));
    app.exit(1);
  }
}

async function openDesktop(electron: ElectronParts, options: DesktopOptions): Promise<void> {
  const { app, ipcMain } = electron;
  // None is open until the end of this function, so the question below is asked only once core and order of quitting exist.
  const windows = makeWindows(electron, options, () => mayCloseLast(electron, options, quitting, core));
  // Alerts of schedules are shown while the core still starts: a click then finds neither a core that a window could ask nor an order of quitting.
  let isOpen = false;
  const show = notifier(electron.Notification, () => {
    if (isOpen && !quitting.isClosing) windows.focus();
  });
  const core = await options.startCore({
    spawn: spawner(electron, options),
    desktop: createDesktopPorts({
      dialog: electron.dialog,
      shell: electron.shell,
      focusedWindow: () => windows.current(),
      notify: show,
    }),
    secrets: createSecretStore({
      safeStorage: electron.safeStorage,
      platform: options.platform,
      file: options.paths.secrets,
      logger: options.logger,
    }),
  });
  const stopServing = serveWindows({
    ipcMain,
    handlers: core.handlers,
    subscribe: (listener) => core.subscribe(listener),
    ownContents: () => windows.contents(),
    logger: options.logger,
  });
  const power = powerOf(electron, options, core);
  const quitting = createQuitSequence({
    isRunning: () => core.isRunning(),
    confirm: async () => await confirmQuit(electron.dialog, windows.current()),
    close: async () => {
      try {
        await cancelRuns(core, options.logger);
        await core.close();
        stopServing();
      } finally {
        power.close();
      }
    },
    quit: () => {
      app.quit();
    },
    clock: options.clock,
    logger: options.logger,
  });
  listenToApp(electron, options, windows, quitting);
  core.subscribe((event, payload) => {
    if (event !== 'run.event') return;
    power.follow();
    void tellRunEnded(payload as Events['run.event'], core.handlers, { isFocused: () => windows.isFocused(), show });
  });
  windows.open();
  isOpen = true;
  core.warmUp();
}

function powerOf({ powerMonitor, powerSaveBlocker }: ElectronParts, { clock, logger }: DesktopOptions, core: DesktopCore): PowerWatch {
  return watchPower({
    blocker: powerSaveBlocker,
    monitor: powerMonitor,
    isRunning: () => core.isRunning(),
    running: () => runningOf(core),
    checkAgain: async () => await core.handlers['preflight.get']({}),
    clock,
    logger,
  });
}

/**
 * Cancels in the person's name what still runs, so that a run ended by quitting is kept as cancelled. One that cannot be cancelled, for
 * it has ended or been forgotten meanwhile, keeps neither the others nor the core from being ended.
 */
async function cancelRuns(core: DesktopCore, logger: Logger): Promise<void> {
  for (const runId of await runningOf(core)) {
    try {
      await core.handlers['run.cancel']({ runId });
    } catch (error) {
      logger.warn('a run could not be cancelled before the end of the program', { run: runId, error: String(error) });
    }
  }
}

async function runningOf({ handlers }: DesktopCore): Promise<readonly string[]> {
  const runs = await handlers['run.list']({});
  return runs.flatMap(({ runId, status }) => (status === 'running' ? [runId] : []));
}

function spawner(electron: ElectronParts, options: DesktopOptions): SpawnProcess {
  return utilitySpawner({
    fork: (modulePath, args, forkOptions) => electron.utilityProcess.fork(modulePath, args, forkOptions),
    entries: { worker: options.paths.workerEntry, engine: options.paths.engineEntry, 'oracle-probe': options.paths.oracleProbeEntry },
    environment: options.environment,
    logger: options.logger,
    killNow: options.killNow,
  });
}

function makeWindows(
  { app, BrowserWindow, dialog, nativeTheme, screen }: ElectronParts,
  { paths, clock, logger }: DesktopOptions,
  mayCloseLast: () => boolean,
): Windows {
  return createWindows({
    create: (bounds) =>
      new BrowserWindow(
        windowOptions({
          preload: paths.preload,
          isDark: nativeTheme.shouldUseDarkColors,
          isPackaged: app.isPackaged,
          bounds,
          icon: paths.icon,
        }),
      ),
    workAreas: () => screen.getAllDisplays().map((display) => display.workArea),
    bounds: windowBoundsFile(paths.windowBounds),
    mayCloseLast,
    offerReload: (window) => offerReload(dialog, window),
    clock,
    logger,
  });
}

/** On macOS a program without windows goes on; elsewhere it ends, which a run has to be asked about while there is a window. */
function mayCloseLast({ app }: ElectronParts, { platform }: DesktopOptions, quitting: QuitSequence, core: DesktopCore): boolean {
  if (platform === 'darwin' || quitting.isDone || !core.isRunning()) return true;
  app.quit();
  return false;
}

function listenToApp(electron: ElectronParts, options: DesktopOptions, windows: Windows, quitting: QuitSequence): void {
  const { app, Menu } = electron;
  const isMac = options.platform === 'darwin';
  app.on('before-quit', (event) => {
    quitting.onBeforeQuit(event);
  });
  app.on('window-all-closed', () => {
    if (!isMac) app.quit();
  });
  const starts = secondStarts(electron, options, windows, quitting);
  app.on('second-instance', (_event, _argv, _workingDirectory, handedOver) => {
    starts.onSecondInstance(handedOver);
  });
  app.on('activate', () => {
    starts.onActivate();
  });
  const openWindow = (): void => {
    if (!quitting.isClosing) windows.open();
  };
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate({ isMac, isPackaged: app.isPackaged, openWindow })));
}

function secondStarts(
  { app, dialog }: ElectronParts,
  { start, logger }: DesktopOptions,
  windows: Windows,
  quitting: QuitSequence,
): SecondStarts {
  return createSecondStarts({
    start,
    isClosing: () => quitting.isClosing,
    focus: () => {
      windows.focus();
    },
    tellOther: () => {
      tellOther(dialog, windows.current()).catch((error: unknown) => {
        logger.error('nobody could be told of the other files', { error: String(error) });
      });
    },
    relaunch: (how) => {
      logger.info('the program starts again once it has ended', how);
      app.relaunch(how);
    },
  });
}

/** What happened, and the next step where it is known. */
function textOf(error: unknown): string {
  return error instanceof CamError ? `${error.failure.message}\n\n${error.failure.action}` : String(error);
}
