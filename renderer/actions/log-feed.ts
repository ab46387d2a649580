/** Brings log lines into the store, a frame's worth at a time. */
import type { LogEntry } from '../../app/base/logger.ts';
import type { CamClient } from '../../app/contract/methods.ts';
import { type AppStore, patch } from '../store/app-store.ts';
import { appendLog, initialLog, logCapacity } from '../store/log-slice.ts';
import { createFrameJob, type FrameJob, type FramePorts } from './frame-scheduler.ts';

/** Follows the program's log. */
export class LogFeed {
  readonly #client: Pick<CamClient, 'call'>;
  readonly #store: AppStore;
  readonly #job: FrameJob;
  #waiting: LogEntry[] = [];

  constructor(client: Pick<CamClient, 'call'>, store: AppStore, frames: FramePorts) {
    this.#client = client;
    this.#store = store;
    this.#job = createFrameJob(frames, () => this.#apply());
  }

  /** Takes a line as it arrives. */
  accept(entry: LogEntry): void {
    this.#waiting.push(entry);
    if (this.#waiting.length > logCapacity) this.#waiting.splice(0, this.#waiting.length - logCapacity);
    this.#job.request();
  }

  /** Replaces the log by the core's recent lines and whatever has arrived since. @throws CamError */
  async reload(): Promise<void> {
    const recent = await this.#client.call('log.recent', {});
    const known = new Set(recent.slice(-logCapacity).map(keyOf));
    this.#waiting = this.#waiting.filter((entry) => !known.has(keyOf(entry)));
    this.#store.setState({ log: appendLog({ ...initialLog(), nextId: this.#store.getState().log.nextId }, recent) });
  }

  /** Takes the lines off the list; those to come are still shown. */
  clear(): void {
    this.#waiting = [];
    patch(this.#store, 'log', { entries: [] });
  }

  /** Stops. */
  close(): void {
    this.#job.cancel();
  }

  #apply(): void {
    const added = this.#waiting;
    this.#waiting = [];
    this.#store.setState((state) => ({ log: appendLog(state.log, added) }));
  }
}

function keyOf(entry: LogEntry): string {
  return `${String(entry.at)} ${entry.level} ${entry.message} ${JSON.stringify(entry.fields)}`;
}
