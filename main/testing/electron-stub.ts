/**
 * A stand-in for the `electron` module, for tests: its binary is not ours to start. It keeps what the program does with it and
 * lets a test play Electron's side (emit an event, ask a handler). It proves how we use the interface, not how Electron behaves.
 */
import { EventEmitter } from 'node:events';
import { vi } from 'vitest';
import type { ElectronParts } from '../desktop-app.ts';
import { StubApp } from './app-stub.ts';
import { windowClass } from './windows-stub.ts';

/** A session that keeps the handlers it was given. */
export class StubSession extends EventEmitter {
  permissionRequest: ((...args: unknown[]) => void) | undefined;
  permissionCheck: ((...args: unknown[]) => boolean) | undefined;
  deviceCheck: ((...args: unknown[]) => boolean) | undefined;
  displayMedia: ((...args: unknown[]) => void) | undefined;
  beforeRequest: ((details: { url: string }, answer: (reply: { cancel?: boolean }) => void) => void) | undefined;
  readonly webRequest = {
    onBeforeRequest: (listener: StubSession['beforeRequest']): void => {
      this.beforeRequest = listener;
    },
  };

  setPermissionRequestHandler(handler: StubSession['permissionRequest']): void {
    this.permissionRequest = handler;
  }

  setPermissionCheckHandler(handler: StubSession['permissionCheck']): void {
    this.permissionCheck = handler;
  }

  setDevicePermissionHandler(handler: StubSession['deviceCheck']): void {
    this.deviceCheck = handler;
  }

  setDisplayMediaRequestHandler(handler: StubSession['displayMedia']): void {
    this.displayMedia = handler;
  }
}

/** `ipcMain`: `invoke` plays a message from a window. */
export class StubIpcMain {
  readonly handlers = new Map<string, (event: unknown, ...args: unknown[]) => Promise<unknown>>();

  handle(channel: string, handler: (event: unknown, ...args: unknown[]) => Promise<unknown>): void {
    this.handlers.set(channel, handler);
  }

  removeHandler(channel: string): void {
    this.handlers.delete(channel);
  }

  async invoke(event: unknown, ...args: unknown[]): Promise<unknown> {
    const handler = this.handlers.get('cam:call');
    if (handler === undefined) throw new Error('nobody listens');
    return await handler(event, ...args);
  }
}

/** A notification that only remembers being shown. */
export class StubNotification extends EventEmitter {
  static readonly shown: StubNotification[] = [];
  readonly options: Electron.NotificationConstructorOptions;

  constructor(options: Electron.NotificationConstructorOptions) {
    super();
    this.options = options;
  }

  static isSupported(): boolean {
    return true;
  }

  show(): void {
    StubNotification.shown.push(this);
  }
}

/** A key store that changes the bytes with a fixed key; `backend` is what a Linux desktop would say it uses. */
export class StubSafeStorage {
  backend: 'basic_text' | 'gnome_libsecret' = 'gnome_libsecret';

  isAsyncEncryptionAvailable(): Promise<boolean> {
    return Promise.resolve(true);
  }

  encryptStringAsync(text: string): Promise<Buffer> {
    return Promise.resolve(Buffer.from(Buffer.from(text).map((byte) => byte ^ 0x5a)));
  }

  decryptStringAsync(encrypted: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }> {
    return Promise.resolve({ result: Buffer.from(encrypted.map((byte) => byte ^ 0x5a)).toString(), shouldReEncrypt: false });
  }

  getSelectedStorageBackend(): string {
    return this.backend;
  }
}

/** Keeps which blockers are on; each has an id of its own, and the first one is 0. */
export class StubPowerSaveBlocker {
  readonly on = new Map<number, string>();
  #made = 0;

  start(type: string): number {
    const id = this.#made;
    this.#made += 1;
    this.on.set(id, type);
    return id;
  }

  stop(id: number): boolean {
    return this.on.delete(id);
  }
}

/** Everything `runDesktop` is given, and the pieces a test acts on. */
export function stubElectron() {
  const app = new StubApp();
  const session = new StubSession();
  const ipcMain = new StubIpcMain();
  const dialog = {
    showMessageBox: vi.fn<(...args: unknown[]) => Promise<{ response: number }>>().mockResolvedValue({ response: 0 }),
    showOpenDialog: vi.fn<(...args: unknown[]) => Promise<{ canceled: boolean; filePaths: string[] }>>(),
    showErrorBox: vi.fn<(title: string, content: string) => void>(),
  };
  const safeStorage = new StubSafeStorage();
  const powerMonitor = new EventEmitter();
  const powerSaveBlocker = new StubPowerSaveBlocker();
  const menus: Electron.MenuItemConstructorOptions[][] = [];
  const openExternal = vi.fn<(url: string) => Promise<void>>().mockResolvedValue();
  const showItemInFolder = vi.fn<(path: string) => void>();
  const parts = {
    app,
    BrowserWindow: windowClass(app),
    dialog,
    ipcMain,
    Menu: {
      buildFromTemplate: (template: Electron.MenuItemConstructorOptions[]) => template,
      setApplicationMenu: (template: Electron.MenuItemConstructorOptions[]) => menus.push(template),
    },
    nativeTheme: { shouldUseDarkColors: true },
    Notification: StubNotification,
    powerMonitor,
    powerSaveBlocker,
    protocol: {
      registerSchemesAsPrivileged: (schemes: Electron.CustomScheme[]) =>
        app.calls.push(`scheme ${schemes.map(({ scheme }) => scheme).join(',')}`),
      handle: (scheme: string) => app.calls.push(`protocol ${scheme}`),
    },
    safeStorage,
    screen: { getAllDisplays: () => [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }] },
    session: { defaultSession: session },
    shell: { openExternal, showItemInFolder },
    utilityProcess: { fork: vi.fn() },
  };
  return {
    parts: parts as unknown as ElectronParts,
    ...{ app, session, ipcMain, dialog, safeStorage, powerMonitor, powerSaveBlocker, menus, openExternal, showItemInFolder },
  };
}
