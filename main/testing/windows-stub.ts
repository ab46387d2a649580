/** Stand-ins for Electron's windows and what they show, for tests. */
import { EventEmitter } from 'node:events';

/** An event of Electron as far as a listener uses it. */
export function preventableEvent<T extends object>(more: T): T & { defaultPrevented: boolean; preventDefault(): void } {
  return {
    ...more,
    defaultPrevented: false,
    preventDefault() {
      this.defaultPrevented = true;
    },
  };
}

/** A web contents with a top frame that shows `url`. */
export class StubContents extends EventEmitter {
  readonly sent: unknown[][] = [];
  readonly mainFrame: { url: string; parent: null; detached: boolean };
  openHandler: ((details: { url: string }) => { action: string }) | undefined;
  isGone = false;

  constructor(url: string) {
    super();
    this.mainFrame = { url, parent: null, detached: false };
  }

  send(...message: unknown[]): void {
    this.sent.push(message);
  }

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler;
  }

  isDestroyed(): boolean {
    return this.isGone;
  }
}

/** A window that opens at once and closes when told, asking its `close` listeners first as Electron does. */
export class StubWindow extends EventEmitter {
  readonly webContents = new StubContents('cam://app/index.html');
  readonly options: Electron.BrowserWindowConstructorOptions;
  readonly calls: string[] = [];
  isGone = false;
  hasFocus = false;
  isShown = false;
  bounds = { x: 10, y: 20, width: 1200, height: 800 };

  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super();
    this.options = options;
  }

  loadURL(url: string): Promise<void> {
    this.calls.push(`load ${url}`);
    return Promise.resolve();
  }

  show(): void {
    this.calls.push('show');
    this.isShown = true;
  }

  isVisible(): boolean {
    return this.isShown;
  }

  focus(): void {
    this.calls.push('focus');
    this.hasFocus = true;
  }

  reload(): void {
    this.calls.push('reload');
  }

  isFocused(): boolean {
    return this.hasFocus;
  }

  isMinimized(): boolean {
    return false;
  }

  isDestroyed(): boolean {
    return this.isGone;
  }

  getNormalBounds(): Electron.Rectangle {
    return this.bounds;
  }

  close(): void {
    const event = preventableEvent({});
    this.emit('close', event);
    if (event.defaultPrevented) return;
    this.isGone = true;
    this.emit('closed');
  }
}

/** What a window has to do with its `app`. */
interface WindowOwner {
  readonly windows: StubWindow[];
  readonly isQuitting: boolean;
  emit(event: string, ...args: unknown[]): boolean;
}

/** The windows of one `app`: each is told to the app, as Electron does. */
export function windowClass(app: WindowOwner): typeof StubWindow {
  return class extends StubWindow {
    constructor(options: Electron.BrowserWindowConstructorOptions) {
      super(options);
      app.windows.push(this);
      app.emit('web-contents-created', {}, this.webContents);
      this.on('closed', () => {
        if (!app.isQuitting && app.windows.every((window) => window.isGone)) app.emit('window-all-closed');
      });
    }
  };
}
