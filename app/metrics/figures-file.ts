/**
 * The figures of all processes of the program over one data folder: each end of a run is one line, appended in one write, so
 * processes need not know of each other. A file a month; what is older than a year is removed.
 */
import { appendFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import type { Logger } from '../base/logger.ts';
import { errorCodes } from '../model/error-code.ts';
import { addFigures, type Figures, noFigures } from '../model/figures.ts';
import { type Instant, isInstant } from '../model/instant.ts';

/** What has been kept. */
export interface KeptFigures {
  /** Of the oldest line; absent where nothing is kept. */
  readonly since?: Instant;
  readonly figures: Figures;
}

const keptMonths = 12;
const fileName = /^\d{4}-\d{2}\.jsonl$/;

const count = z.number().nonnegative();
const instant = z.string().refine(isInstant);
const endpoint = z.object({
  attempts: count,
  successes: count,
  latencySumMs: count,
  longestMs: count,
  lastSuccessAt: instant.optional(),
  lastLatencyMs: count.optional(),
  lastFailureAt: instant.optional(),
  lastCode: z.enum(errorCodes as [string, ...string[]]).optional(),
});
const database = z.object({
  sources: count,
  missing: count,
  retries: count,
  timeouts: count,
  rows: count,
  bytes: count,
  waits: count,
  waitSumMs: count,
  longestWaitMs: count,
  endpoints: z.record(z.string(), endpoint),
});
const lineContent = z.object({
  at: instant,
  figures: z.object({
    runs: z.object({ succeeded: count, partial: count, failed: count, cancelled: count }),
    scatters: z.object({ single: count, multi: count, broadcast: count }),
    partialTimeouts: count,
    databases: z.record(z.string(), database),
  }),
});

/** Keeps figures in a folder of its own. */
export class FiguresFile {
  readonly #directory: string;
  readonly #logger: Logger;
  #lastWrite: Promise<void> = Promise.resolve();

  constructor(directory: string, logger: Logger) {
    this.#directory = directory;
    this.#logger = logger;
  }

  /** Appends in the background. Figures that cannot be kept are told in the log and cost nothing else. */
  append(at: Instant, figures: Figures): void {
    this.#lastWrite = this.#lastWrite.then(() => this.#append(at, figures));
  }

  /** Everything that is kept, added up. A line that is broken is passed over. */
  async read(): Promise<KeptFigures> {
    await this.#lastWrite;
    let since: Instant | undefined;
    let figures = noFigures;
    for (const name of await this.#names()) {
      const text = await readFile(join(this.#directory, name), 'utf8').catch(() => '');
      for (const line of text.split('\n')) {
        const entry = parsed(line);
        if (entry === undefined) continue;
        if (since === undefined || entry.at < since) since = entry.at;
        figures = addFigures(figures, entry.figures);
      }
    }
    return { ...(since === undefined ? {} : { since }), figures };
  }

  /** Begins anew: what is kept is removed. */
  async reset(): Promise<void> {
    await this.#lastWrite;
    for (const name of await this.#names()) await rm(join(this.#directory, name), { force: true });
  }

  /** Resolves when everything is written. */
  async flush(): Promise<void> {
    await this.#lastWrite;
  }

  async #append(at: Instant, figures: Figures): Promise<void> {
    try {
      await mkdir(this.#directory, { recursive: true, mode: 0o700 });
      await appendFile(join(this.#directory, `${at.slice(0, 7)}.jsonl`), `${JSON.stringify({ at, figures })}\n`, { mode: 0o600 });
      const names = await this.#names();
      for (const name of names.slice(0, Math.max(0, names.length - keptMonths))) await rm(join(this.#directory, name), { force: true });
    } catch (error) {
      this.#logger.warn('the figures of a run could not be kept', { error: String(error) });
    }
  }

  /** Oldest first. */
  async #names(): Promise<readonly string[]> {
    const names = await readdir(this.#directory).catch(() => []);
    return names.filter((name) => fileName.test(name)).sort();
  }
}

function parsed(line: string): { readonly at: Instant; readonly figures: Figures } | undefined {
  if (line === '') return undefined;
  try {
    return lineContent.parse(JSON.parse(line)) as { at: Instant; figures: Figures };
  } catch {
    // Cut off by a full disk or a crash: the other lines stand.
    return undefined;
  }
}
