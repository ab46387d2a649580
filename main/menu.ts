/** The program's menu: what an operating system expects, nothing of the application's own besides a new window. */
import type { MenuItemConstructorOptions } from 'electron';

/** What the menu depends on. */
export interface MenuInput {
  readonly isMac: boolean;
  readonly isPackaged: boolean;
  readonly openWindow: () => void;
}

/** The menu as a template. A packaged program has no developer tools in it. */
export function menuTemplate({ isMac, isPackaged, openWindow }: MenuInput): MenuItemConstructorOptions[] {
  const developerItems: MenuItemConstructorOptions[] = isPackaged ? [] : [{ role: 'toggleDevTools' }];
  return [
    ...(isMac ? [{ role: 'appMenu' } as const] : []),
    {
      label: '&File',
      submenu: [
        { id: 'new-window', label: 'New Window', accelerator: 'CommandOrControl+Shift+N', click: openWindow },
        { role: 'close' },
        ...(isMac ? [] : [{ role: 'quit' } as const]),
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { role: 'reload' },
        ...developerItems,
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
  ];
}
