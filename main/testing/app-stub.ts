/** A stand-in for Electron's `app`, for tests. */
import { EventEmitter } from 'node:events';
import { preventableEvent, type StubWindow } from './windows-stub.ts';

/** `app`: quitting asks `before-quit` first, then closes the windows without telling `window-all-closed`, as Electron documents it. */
export class StubApp extends EventEmitter {
  isPackaged = false;
  hasLock = true;
  isQuitting = false;
  readonly calls: string[] = [];
  readonly windows: StubWindow[] = [];

  /** What a further instance would hand over to the first. */
  handedOver: unknown;
  readonly relaunches: unknown[] = [];

  requestSingleInstanceLock(handedOver?: unknown): boolean {
    this.calls.push('lock');
    this.handedOver = handedOver;
    return this.hasLock;
  }

  relaunch(options?: unknown): void {
    this.relaunches.push(options);
  }

  appPath = '/nowhere';
  userData = '/nowhere/userData';

  getPath(name: string): string {
    return name === 'userData' ? this.userData : `/nowhere/${name}`;
  }

  setPath(name: string, path: string): void {
    if (name === 'userData') this.userData = path;
  }

  getAppPath(): string {
    return this.appPath;
  }

  getVersion(): string {
    return '0.0.0';
  }

  setAppUserModelId(id: string): void {
    this.calls.push(`id ${id}`);
  }

  enableSandbox(): void {
    this.calls.push('sandbox');
  }

  whenReady(): Promise<void> {
    this.calls.push('ready');
    return Promise.resolve();
  }

  exit(code: number): void {
    this.calls.push(`exit ${String(code)}`);
  }

  quit(): void {
    this.calls.push('quit');
    const event = preventableEvent({});
    this.emit('before-quit', event);
    if (event.defaultPrevented) return;
    this.isQuitting = true;
    for (const window of this.windows) if (!window.isGone) window.close();
    this.calls.push(this.windows.every((window) => window.isGone) ? 'gone' : 'held by a window');
  }
}
