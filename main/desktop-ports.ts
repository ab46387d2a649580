/** What the core may ask of a desktop: choose a file, show an exported file, open a mail draft. */
import type { BrowserWindow, Dialog, OpenDialogOptions, Shell } from 'electron';
import type { DesktopPorts } from '../app/services/app-ports.ts';
import type { ShowNotification } from './notifications.ts';
import { openExternal } from './open-external.ts';

/** What the ports act on. */
export interface DesktopParts {
  readonly dialog: Pick<Dialog, 'showOpenDialog'>;
  readonly shell: Pick<Shell, 'openExternal' | 'showItemInFolder'>;
  /** The window a dialog belongs to; `undefined` when there is none. */
  readonly focusedWindow: () => BrowserWindow | undefined;
  readonly notify: ShowNotification;
}

/**
 * The ports on Electron. The core asks `showFile` only for files that it has exported itself; `openMail` rejects with
 * `request.forbidden` for anything but a mail draft of bounded length.
 */
export function createDesktopPorts({ dialog, shell, focusedWindow, notify }: DesktopParts): Required<DesktopPorts> {
  return {
    pick: async (kind, title) => {
      const options: OpenDialogOptions = { title, properties: [kind === 'file' ? 'openFile' : 'openDirectory', 'dontAddToRecent'] };
      const window = focusedWindow();
      const { canceled, filePaths } = await (window === undefined
        ? dialog.showOpenDialog(options)
        : dialog.showOpenDialog(window, options));
      return canceled ? null : (filePaths[0] ?? null);
    },
    showFile: (path) => {
      shell.showItemInFolder(path);
      return Promise.resolve();
    },
    notify,
    // No host is listed: nothing in the window leads to the web today.
    openMail: async (url) => {
      await openExternal(url, shell, []);
    },
  };
}
