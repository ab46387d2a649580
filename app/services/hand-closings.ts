/**
 * Breakers that people have closed by hand, for all programs over one data folder: whoever closes one adds a line, and every program that
 * runs hears of it. Lines are only ever added, so that of two programs at once none undoes what the other one has written.
 */
import { unwatchFile, watchFile } from 'node:fs';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { errorCode } from '../base/error-text.ts';
import type { Logger } from '../base/logger.ts';
import { toFailure } from '../model/failure.ts';

/** How often a running program looks whether there is a new line, in milliseconds. */
const lookEveryMs = 500;

const line = z.strictObject({ database: z.string(), endpoint: z.string(), atMs: z.number() });

/** One closing; the time is in milliseconds since 1970-01-01 UTC. */
export interface HandClosing {
  readonly database: string;
  readonly endpoint: string;
  readonly atMs: number;
}

/** The file of closings. */
export class HandClosings {
  readonly #path: string;
  readonly #logger: Logger;
  readonly #writing = new Set<Promise<void>>();
  #stop: () => void = () => undefined;

  constructor(path: string, logger: Logger) {
    this.#path = path;
    this.#logger = logger;
  }

  /** All closings so far. What cannot be read is left out, and the log says so: then a breaker stays open, which harms nobody. */
  async read(): Promise<readonly HandClosing[]> {
    try {
      const text = await readFile(this.#path, 'utf8');
      return text.split('\n').flatMap((each) => (each === '' ? [] : this.#parsed(each)));
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') this.#warn('cannot be read', error);
      return [];
    }
  }

  /** Calls back with all closings whenever somebody has added one, until {@link close}. */
  follow(heard: (closings: readonly HandClosing[]) => void): void {
    const look = (): void => {
      void this.read().then(heard);
    };
    watchFile(this.#path, { interval: lookEveryMs, persistent: false }, look);
    this.#stop = () => {
      unwatchFile(this.#path, look);
    };
  }

  /** Tells all programs. A failure is told in the log: then only this program knows. */
  add(closing: HandClosing): void {
    const writing = this.#add(closing).finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
  }

  /** Resolves when every closing is on disk; nothing is heard any more. */
  async close(): Promise<void> {
    this.#stop();
    await Promise.all(this.#writing);
  }

  async #add(closing: HandClosing): Promise<void> {
    try {
      await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
      // One short line in one write, at the end of whatever is there: others may add theirs at the same time.
      await appendFile(this.#path, `${JSON.stringify(closing)}\n`, { mode: 0o600 });
    } catch (error) {
      this.#warn('cannot be written; other programs do not hear of it', error);
    }
  }

  #parsed(text: string): HandClosing[] {
    try {
      return [line.parse(JSON.parse(text))];
    } catch (error) {
      this.#warn('has a line that cannot be understood', error);
      return [];
    }
  }

  #warn(what: string, error: unknown): void {
    this.#logger.warn(`the file of breakers that were closed by hand ${what}`, { file: this.#path, failure: toFailure(error) });
  }
}
