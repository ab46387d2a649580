/** One process of a database, from its start to its end: its channel, its heartbeat, and why it ended. */
import type { Clock } from '../base/clock.ts';
import { createRpcClient, type RpcClient } from '../channel/rpc.ts';
import { type Failure, failure } from '../model/failure.ts';
import type { OwnProcess, ProcessExit } from './process.ts';
import type { OpenInput, WorkerMethods } from './protocol.ts';

/** Why a process was ended from outside. */
export type KillReason = 'unresponsive' | 'cancel' | 'stuck' | 'closed';

/** How long a process may take to exit after its channel has closed, in milliseconds. */
const exitMs = 2000;

/** When a process counts as unresponsive. */
export interface Heartbeat {
  readonly clock: Clock;
  /** Time from one heartbeat to the next, in milliseconds. */
  readonly everyMs: number;
  /** So many in a row without an answer. More than one, because a machine that wakes up, or a parent that was busy, sees its timer before the answer. */
  readonly misses: number;
  /** How long the start may take: loading modules on a busy machine takes seconds. */
  readonly startMs: number;
}

/** A process and its calls. */
export class LiveProcess {
  readonly process: OwnProcess;
  readonly client: RpcClient<WorkerMethods>;
  /** Resolves when the process knows its database; rejects when it does not get that far. */
  readonly opened: Promise<unknown>;
  /** Executes and checks under way. */
  pending = 0;
  /** Those of them whose statement could not be stopped: such a process gets nothing new to do, and is ended when the others are done. */
  stuck = 0;
  /** Set when it was ended from outside. */
  killed: KillReason | undefined;
  #hasClosed = false;
  #clearTimer: () => void;

  constructor(process: OwnProcess, open: OpenInput, heartbeat: Heartbeat) {
    this.process = process;
    this.client = createRpcClient<WorkerMethods>(process.channel, () => this.failure());
    this.#clearTimer = heartbeat.clock.setTimer(heartbeat.startMs, () => {
      this.kill('unresponsive');
    });
    process.channel.onClose(() => {
      this.#hasClosed = true;
      this.#clearTimer();
      // A process without a channel has nothing more to say: it exits by itself, or else it is ended.
      this.#clearTimer = heartbeat.clock.setTimer(exitMs, () => {
        process.kill();
      });
    });
    void process.exited.then(() => {
      this.#clearTimer();
    });
    this.opened = this.client.call('open', open).then(() => {
      if (this.#hasClosed) return;
      this.#clearTimer();
      this.#beat(heartbeat, 0);
    });
    this.opened.catch(() => undefined);
  }

  /** Whether it can still be asked. */
  get isLive(): boolean {
    return !this.#hasClosed && this.killed === undefined;
  }

  /** Ends it at once; the first reason stands. */
  kill(reason: KillReason): void {
    this.killed ??= reason;
    this.process.kill();
  }

  /** What an ended process means for a source that was waiting for it. `exit` tells more where it is known. */
  failure(exit?: ProcessExit): Failure {
    if (this.killed === 'unresponsive') return failure('worker.unresponsive');
    if (this.killed !== undefined) {
      const message = 'The worker process of the database was ended while this query ran, because another one could not be stopped.';
      return failure('worker.crashed', this.killed === 'closed' ? {} : { message });
    }
    if (exit === undefined) return failure('worker.crashed');
    const how = exit.signal === null ? `exit code ${String(exit.code)}` : `signal ${exit.signal}`;
    return failure('worker.crashed', { message: `The worker process of the database ended unexpectedly (${how}).` });
  }

  #beat(heartbeat: Heartbeat, missed: number): void {
    let isAnswered = false;
    this.client.call('heartbeat', null).then(
      () => {
        isAnswered = true;
      },
      () => undefined,
    );
    this.#wait(heartbeat, missed, () => isAnswered);
  }

  #wait(heartbeat: Heartbeat, missed: number, isAnswered: () => boolean): void {
    this.#clearTimer = heartbeat.clock.setTimer(heartbeat.everyMs, () => {
      if (isAnswered()) this.#beat(heartbeat, 0);
      else if (missed + 1 >= heartbeat.misses) this.kill('unresponsive');
      else this.#wait(heartbeat, missed + 1, isAnswered);
    });
  }
}
