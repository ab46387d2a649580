/** Starts the program's own processes as utility processes of Electron: `fork` does not work there, because running as Node is fused off. */
import type { ForkOptions, UtilityProcess } from 'electron';
import { Emitter } from '../app/base/emitter.ts';
import type { Logger } from '../app/base/logger.ts';
import type { Channel } from '../app/channel/channel.ts';
import { logPrinted } from '../app/hosts/printed-lines.ts';
import type { OwnProcess, ProcessEntry, ProcessExit, SpawnProcess } from '../app/worker/process.ts';

/** The part of a utility process that is used. */
export type UtilityChild = Pick<UtilityProcess, 'on' | 'once' | 'pid' | 'stdout' | 'stderr' | 'postMessage' | 'kill'>;

/** What the spawner needs. */
export interface UtilitySpawnerOptions {
  readonly fork: (modulePath: string, args: string[], options: ForkOptions) => UtilityChild;
  /** Absolute paths of the built programs. */
  readonly entries: Readonly<Record<ProcessEntry, string>>;
  /** The parent's environment; nothing else is handed down. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where that goes what a process prints: its own lines as they are, anything else as text. */
  readonly logger: Logger;
  /** Ends a process by id at once; `process.kill` with SIGKILL. */
  readonly killNow: (pid: number) => void;
}

/** A spawner of utility processes; to be used once Electron is ready. */
export function utilitySpawner(options: UtilitySpawnerOptions): SpawnProcess {
  return (entry, name, { NODE_OPTIONS: nodeOptions, ...environment }) => {
    const child = options.fork(options.entries[entry], [name], {
      // A fuse makes the packaged program ignore NODE_OPTIONS, so what a process is to be limited by goes in as arguments.
      ...(nodeOptions === undefined ? {} : { execArgv: nodeOptions.split(' ') }),
      env: withoutUndefined({ ...options.environment, ...environment, NODE_OPTIONS: undefined }),
      serviceName: `Client Activity Monitor ${entry} ${name}`,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const own = ownProcess(child, options.killNow);
    const about = (): Readonly<Record<string, unknown>> => ({ process: entry, name, pid: own.pid });
    logPrinted({ streams: [child.stdout, child.stderr], logger: options.logger, about });
    logFatalErrors(child, options.logger, about);
    return own;
  };
}

function ownProcess(child: UtilityChild, killNow: (pid: number) => void): OwnProcess {
  const messages = new Emitter<unknown>();
  const closes = new Emitter<undefined>();
  let isClosed = false;
  let hasExited = false;
  const end = (): void => {
    if (isClosed) return;
    isClosed = true;
    closes.emit(undefined);
  };
  child.on('message', (message: unknown) => {
    if (!isClosed) messages.emit(message);
  });
  // Electron knows the id from `spawn` on, and forgets it at the exit.
  let pid = child.pid;
  const started = Promise.withResolvers<number | undefined>();
  child.once('spawn', () => {
    pid = child.pid;
    started.resolve(pid);
  });
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('exit', (code) => {
      hasExited = true;
      started.resolve(pid);
      end();
      resolve({ code, signal: null });
    });
  });
  const channel: Channel = {
    post: (message) => {
      if (!isClosed) child.postMessage(message);
    },
    onMessage: (listener) => messages.on(listener),
    onClose: (listener) => {
      if (!isClosed) return closes.on(listener);
      queueMicrotask(listener);
      return () => undefined;
    },
    // A utility process cannot see its parent hang up, so it is asked to end (SIGTERM) instead.
    close: () => {
      if (isClosed) return;
      end();
      child.kill();
    },
  };
  return {
    get pid() {
      return pid;
    },
    started: started.promise,
    channel,
    exited,
    kill: () => {
      if (!hasExited) killProcess(child, killNow, () => hasExited);
    },
  };
}

/** Ends the process at once; one that is still being started has no id yet and is ended as soon as it has one. */
function killProcess(child: UtilityChild, killNow: (pid: number) => void, hasExited: () => boolean): void {
  const kill = (): void => {
    if (child.pid === undefined || hasExited()) return;
    try {
      killNow(child.pid);
    } catch {
      // It has ended by itself, and its `exit` is on the way.
    }
  };
  if (child.pid === undefined) child.once('spawn', kill);
  else kill();
}

/**
 * A fatal error of V8 arrives as `error` before the exit; without a listener it would be thrown here, in the main process. The third
 * argument, the diagnostic report, is not even taken: it holds environment variables, and with them passwords.
 */
function logFatalErrors(child: UtilityChild, logger: Logger, about: () => Readonly<Record<string, unknown>>): void {
  child.on('error', (type, location) => {
    logger.error('a process met a fatal error of its own', { ...about(), type, location });
  });
}

function withoutUndefined(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
