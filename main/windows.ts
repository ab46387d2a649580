/** The program's windows: opened, shown, remembered, brought back after a crash. */
import type { BrowserWindow, Rectangle, WebContents } from 'electron';
import type { Clock } from '../app/base/clock.ts';
import type { Logger } from '../app/base/logger.ts';
import { appUrl } from './app-origin.ts';
import type { WindowBoundsStore } from './window-bounds.ts';
import { usableBounds } from './window.ts';

/** What windows are made with. */
export interface WindowsOptions {
  /** Makes a window; its options may depend on the theme at that moment. */
  readonly create: (bounds: Rectangle | undefined) => BrowserWindow;
  readonly workAreas: () => readonly Rectangle[];
  readonly bounds: WindowBoundsStore;
  /** Asked before the last window closes; `false` keeps it open (the program is asking whether to quit). */
  readonly mayCloseLast: () => boolean;
  /** Asked where a page has crashed twice in short: `true` loads it once more. */
  readonly offerReload: (window: BrowserWindow) => Promise<boolean>;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The program's windows. */
export interface Windows {
  open(): void;
  /** Brings a window to the front; opens one when there is none. */
  focus(): void;
  /** The window in front, else any. */
  current(): BrowserWindow | undefined;
  isFocused(): boolean;
  contents(): readonly WebContents[];
}

/** A page that crashes again within this time is not reloaded once more: it would only crash in a loop. */
export const crashLoopMs = 10_000;

/** An empty set of windows. */
export function createWindows(options: WindowsOptions): Windows {
  const all = new Set<BrowserWindow>();
  const open = (): void => {
    // Only the first window goes where the last one was; a second on top of it could not be seen.
    const window = options.create(all.size === 0 ? usableBounds(options.bounds.load(), options.workAreas()) : undefined);
    all.add(window);
    window.once('ready-to-show', () => {
      window.show();
    });
    window.on('close', (event) => {
      if (all.size === 1 && !options.mayCloseLast()) event.preventDefault();
      else options.bounds.save(window.getNormalBounds());
    });
    window.on('closed', () => {
      all.delete(window);
    });
    reloadAfterCrash(window, options);
    window.loadURL(appUrl).catch((error: unknown) => {
      options.logger.error('the page could not be loaded', { error: String(error) });
    });
  };
  const current = (): BrowserWindow | undefined => [...all].find((window) => window.isFocused()) ?? [...all][0];
  return {
    open,
    focus: () => {
      const window = current();
      if (window === undefined) {
        open();
        return;
      }
      if (window.isMinimized()) window.restore();
      // One whose page crashed before it was drawn has never been shown.
      if (!window.isVisible()) window.show();
      window.focus();
    },
    current,
    isFocused: () => [...all].some((window) => window.isFocused()),
    contents: () => [...all].filter((window) => !window.isDestroyed()).map((window) => window.webContents),
  };
}

/** A run does not live in the page, so a page that has crashed is loaded anew and shows the run as it stands. */
function reloadAfterCrash(window: BrowserWindow, { clock, logger, offerReload }: WindowsOptions): void {
  let lastCrash = Number.NEGATIVE_INFINITY;
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit') return;
    const now = clock.monotonicMs();
    const isLoop = now - lastCrash < crashLoopMs;
    lastCrash = now;
    logger.error('the page of a window has crashed', { reason, exitCode, reloaded: !isLoop });
    if (!isLoop) {
      window.reload();
      return;
    }
    // It may not have been shown yet; and an empty window says nothing.
    window.show();
    offerReload(window)
      .then((isWanted) => {
        if (isWanted && !window.isDestroyed()) window.reload();
      })
      .catch((error: unknown) => {
        logger.error('nobody could be asked about the crashed page', { error: String(error) });
      });
  });
}
