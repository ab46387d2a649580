/**
 * Keeps the judgement of the ticket fresh: checks again when the cache's file changes, and every so often in any case,
 * because a ticket also expires without its file changing and because not every file system tells of changes.
 */
import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { Emitter } from '../base/emitter.ts';
import type { TicketPreflight } from '../model/preflight.ts';
import type { CheckedTicket } from './preflight.ts';

/** What a watcher works with. */
export interface TicketWatcherOptions {
  /** Finds and judges the ticket as things stand now; must not throw. */
  readonly check: () => Promise<CheckedTicket>;
  readonly clock: Clock;
  /** Pause between two checks without a change of the file, in milliseconds. */
  readonly pollMs?: number;
  /** Pause between a change of the file and the check, in milliseconds: kinit empties the file before it fills it. */
  readonly settleMs?: number;
}

/** The parts of an answer that may differ without anything having changed are left out. */
function identityOf({ verdict, facts, messages }: TicketPreflight): string {
  const { remainingSeconds: _passing, ...lasting } = facts;
  return JSON.stringify([verdict, lasting, messages.map((message) => message.reason)]);
}

/** Watches one ticket from its making until {@link TicketWatcher.dispose}. */
export class TicketWatcher {
  readonly #options: Required<TicketWatcherOptions>;
  readonly #changes = new Emitter<TicketPreflight>();
  #last: TicketPreflight | undefined;
  #running: Promise<TicketPreflight> | undefined;
  #stopPoll: () => void = () => undefined;
  #stopSettle: () => void = () => undefined;
  #folder: { readonly identity: string; readonly watcher: FSWatcher } | undefined;
  #file = '';
  #isDisposed = false;

  constructor(options: TicketWatcherOptions) {
    this.#options = { pollMs: 30_000, settleMs: 300, ...options };
    void this.checkNow();
  }

  /** The newest judgement; `undefined` until the first one is there. */
  get last(): TicketPreflight | undefined {
    return this.#last;
  }

  /** Called with every judgement that says something else than the one before; returns a function that takes the listener off. */
  onChange(listener: (preflight: TicketPreflight) => void): () => void {
    return this.#changes.on(listener);
  }

  /** Checks at once. Calls during a check are answered by one further check, which sees what they saw. */
  async checkNow(): Promise<TicketPreflight> {
    const before = this.#running;
    if (before !== undefined) {
      await before;
      // Whoever waited with us may have started the next check already.
      if (this.#running !== undefined) return this.#running;
    }
    this.#running = this.#check().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Ends the watching; no listener is called afterwards. Safe more than once. */
  dispose(): void {
    this.#isDisposed = true;
    this.#stopPoll();
    this.#stopSettle();
    this.#folder?.watcher.close();
    this.#folder = undefined;
  }

  async #check(): Promise<TicketPreflight> {
    const { preflight, location } = await this.#options.check();
    if (this.#isDisposed) return preflight;
    await this.#watchFile(location.kind === 'file' ? location.path : undefined);
    this.#schedulePoll();
    const isNew = this.#last === undefined || identityOf(this.#last) !== identityOf(preflight);
    this.#last = preflight;
    if (isNew && !this.#hasEnded()) this.#changes.emit(preflight);
    return preflight;
  }

  /** Asked again after every wait: the watcher may have been disposed meanwhile. */
  #hasEnded(): boolean {
    return this.#isDisposed;
  }

  #schedulePoll(): void {
    this.#stopPoll();
    if (this.#hasEnded()) return;
    this.#stopPoll = this.#options.clock.setTimer(this.#options.pollMs, () => void this.checkNow());
  }

  /** Watches the folder, not the file: kinit and kdestroy replace and remove the file. */
  async #watchFile(path: string | undefined): Promise<void> {
    this.#file = path === undefined ? '' : basename(path);
    const identity = path === undefined ? undefined : await folderIdentity(dirname(path));
    if (identity === this.#folder?.identity) return;
    this.#folder?.watcher.close();
    this.#folder = undefined;
    if (path === undefined || identity === undefined || this.#hasEnded()) return;
    try {
      const watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
        if (name === null || name === this.#file || name === 'primary') this.#settle();
      });
      watcher.on('error', () => {
        watcher.close();
        if (this.#folder?.watcher === watcher) this.#folder = undefined;
      });
      this.#folder = { identity, watcher };
    } catch {
      // No more watches to be had, or a file system without them: the regular check goes on.
    }
  }

  #settle(): void {
    this.#stopSettle();
    this.#stopSettle = this.#options.clock.setTimer(this.#options.settleMs, () => void this.checkNow());
  }
}

/** Tells a folder from another one made later under the same name; `undefined` where there is none. */
async function folderIdentity(folder: string): Promise<string | undefined> {
  try {
    const { dev, ino } = await stat(folder);
    return `${folder}:${dev}:${ino}`;
  } catch {
    return undefined;
  }
}
