/** A process as a port: forked by Node, or a utility process of Electron. Nothing below knows which. */
import type { Channel } from '../channel/channel.ts';

/** How a process ended. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A running process of ours. */
export interface OwnProcess {
  /**
   * Its id, once it has started; kept after its end, so that a log can name it. It is not known at once everywhere: whoever tells
   * others of it waits for {@link OwnProcess.started}.
   */
  readonly pid: number | undefined;
  /** Resolves with its id when it has started, and with `undefined` where it ended before that. Never rejects. */
  readonly started: Promise<number | undefined>;
  /** Closes when the process is gone. */
  readonly channel: Channel;
  /** Resolves when the process has ended, however. */
  readonly exited: Promise<ProcessExit>;
  /** Ends it at once (SIGKILL where there are signals). Safe more than once. */
  kill(): void;
}

/** Which program to run: a database worker, the engine, or the one that tries the Oracle client library. */
export type ProcessEntry = 'worker' | 'engine' | 'oracle-probe';

/** Starts processes. `environment` is added to the parent's; a value of `undefined` takes a variable away. */
export type SpawnProcess = (entry: ProcessEntry, name: string, environment: Readonly<Record<string, string | undefined>>) => OwnProcess;
