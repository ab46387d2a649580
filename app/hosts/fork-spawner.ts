/** Starts processes by `child_process.fork`: the command line, the browser host and tests. */
import { type ChildProcess, fork } from 'node:child_process';
import { Emitter } from '../base/emitter.ts';
import type { Logger } from '../base/logger.ts';
import type { Channel } from '../channel/channel.ts';
import type { OwnProcess, ProcessEntry, ProcessExit, SpawnProcess } from '../worker/process.ts';
import { logPrinted } from './printed-lines.ts';

/** What the spawner needs. */
export interface ForkSpawnerOptions {
  /** Absolute paths of the programs. */
  readonly entries: Readonly<Record<ProcessEntry, string>>;
  /** The parent's environment; nothing else is handed down. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where that goes what a process prints: its own lines as they are, anything else as text. */
  readonly logger: Logger;
}

/** A spawner of forked Node processes. Messages are cloned structurally, so bigint and dates survive. */
export function forkSpawner(options: ForkSpawnerOptions): SpawnProcess {
  return (entry, name, environment) => {
    const child = fork(options.entries[entry], [name], {
      env: withoutUndefined({ ...options.environment, ...environment }),
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const about = { process: entry, name, pid: child.pid };
    logPrinted({ streams: [child.stdout, child.stderr], logger: options.logger, about: () => about });
    return ownProcess(child);
  };
}

/** A forked process as the rest of the program knows it. */
export function ownProcess(child: ChildProcess): OwnProcess {
  const messages = new Emitter<unknown>();
  const closes = new Emitter<undefined>();
  let closed = false;
  const end = (): void => {
    if (closed) return;
    closed = true;
    closes.emit(undefined);
  };
  child.on('message', (message) => {
    messages.emit(message);
  });
  child.once('disconnect', end);
  const exited = new Promise<ProcessExit>((resolve) => {
    child.once('exit', (code, signal) => {
      end();
      resolve({ code, signal });
    });
    // It may come more than once, and one that nobody hears would end this program.
    child.on('error', () => {
      end();
      resolve({ code: null, signal: null });
    });
  });
  const channel: Channel = {
    post: (message) => {
      if (!closed && child.connected) child.send(message as object, () => undefined);
    },
    onMessage: (listener) => messages.on(listener),
    onClose: (listener) => {
      if (!closed) return closes.on(listener);
      queueMicrotask(listener);
      return () => undefined;
    },
    close: () => {
      if (child.connected) child.disconnect();
    },
  };
  return {
    pid: child.pid,
    // Node knows the id as soon as the system has made the process; there is none where it could not be made.
    started: Promise.resolve(child.pid),
    channel,
    exited,
    kill: () => {
      child.kill('SIGKILL');
    },
  };
}

function withoutUndefined(environment: Readonly<Record<string, string | undefined>>): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined));
}
