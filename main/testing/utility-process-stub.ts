/** `utilityProcess.fork` for tests: a real process behind Electron's interface, with `process.parentPort` on its side. */
import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ForkOptions } from 'electron';
import type { UtilityChild } from '../utility-spawner.ts';

const shim = fileURLToPath(new URL('parent-port-shim.mjs', import.meta.url));

/** As Electron: the id is known from `spawn` until `exit`, a signal ends as an exit with a code, `kill` asks with SIGTERM. */
class ForkedUtilityProcess extends EventEmitter {
  pid: number | undefined;
  readonly #child: ChildProcess;

  constructor(modulePath: string, args: string[], options: ForkOptions) {
    super();
    this.#child = fork(modulePath, args, {
      execArgv: ['--import', shim, ...(options.execArgv ?? [])],
      env: { ...options.env },
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child.on('message', (message) => this.emit('message', message));
    this.#child.once('spawn', () => {
      this.pid = this.#child.pid;
      this.emit('spawn');
    });
    this.#child.once('exit', (code, signal) => {
      this.emit('exit', code ?? (signal === 'SIGKILL' ? 9 : 15));
      this.pid = undefined;
    });
  }

  get stdout(): NodeJS.ReadableStream | null {
    return this.#child.stdout;
  }

  get stderr(): NodeJS.ReadableStream | null {
    return this.#child.stderr;
  }

  postMessage(message: unknown): void {
    this.#child.send(message as object, () => undefined);
  }

  kill(): boolean {
    return this.#child.kill('SIGTERM');
  }
}

/** Starts `modulePath` under this Node. */
export function forkUtilityProcess(modulePath: string, args: string[], options: ForkOptions): UtilityChild {
  return new ForkedUtilityProcess(modulePath, args, options);
}
