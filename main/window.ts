/** The options of the program's windows, and where a window opens. */
import type { BrowserWindowConstructorOptions, Rectangle } from 'electron';

/** The smallest size the layout is made for. */
export const minimumSize = { width: 1100, height: 700 } as const;

const defaultSize = { width: 1440, height: 900 } as const;
/** The page's own background (renderer/styles/window.css), shown until it has drawn itself: a dark desktop is not flashed with white. */
const backgrounds = { light: '#f1f3f6', dark: '#0f1318' } as const;

/** What the options depend on. */
export interface WindowInput {
  /** Absolute path of the built preload script. */
  readonly preload: string;
  readonly isDark: boolean;
  readonly isPackaged: boolean;
  /** Where the last window was, in screen pixels. */
  readonly bounds?: Rectangle | undefined;
  /** Window icon; needed on Linux only. */
  readonly icon?: string | undefined;
}

/** Options of a window: everything that keeps a page away from the machine is said here, also where it is Electron's default. */
export function windowOptions(input: WindowInput): BrowserWindowConstructorOptions {
  return {
    ...(input.bounds ?? defaultSize),
    minWidth: minimumSize.width,
    minHeight: minimumSize.height,
    title: 'Client Activity Monitor',
    backgroundColor: input.isDark ? backgrounds.dark : backgrounds.light,
    autoHideMenuBar: true,
    show: false,
    ...(input.icon === undefined ? {} : { icon: input.icon }),
    webPreferences: {
      preload: input.preload,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      navigateOnDragDrop: false,
      // The spelling checker fetches its dictionaries from the network.
      spellcheck: false,
      devTools: !input.isPackaged,
    },
  };
}

/**
 * Remembered bounds as they may be used: `undefined` when less than a title bar's worth of the window would be on any screen
 * (a screen was unplugged), and never below the minimum size.
 */
export function usableBounds(bounds: Rectangle | undefined, workAreas: readonly Rectangle[]): Rectangle | undefined {
  if (bounds === undefined) return undefined;
  const isReachable = workAreas.some((area) => {
    const visibleWidth = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x);
    const isTopInside = bounds.y >= area.y && bounds.y <= area.y + area.height - 40;
    return visibleWidth >= 100 && isTopInside;
  });
  if (!isReachable) return undefined;
  return { ...bounds, width: Math.max(bounds.width, minimumSize.width), height: Math.max(bounds.height, minimumSize.height) };
}
