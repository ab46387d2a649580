/** What is remembered of endpoints from one start of the program to the next: a small JSON file, always written as a whole. */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import { errorCode } from '../base/error-text.ts';
import type { Logger } from '../base/logger.ts';
import { type ErrorCode, errorCodes } from '../model/error-code.ts';
import { type Failure, toFailure } from '../model/failure.ts';

const failure = z.strictObject({
  code: z.enum(errorCodes as [ErrorCode, ...ErrorCode[]]),
  message: z.string(),
  action: z.string(),
  vendorCode: z.string().optional(),
});

const record = z.strictObject({
  database: z.string(),
  endpoint: z.string(),
  failures: z.int().min(0),
  openedAtMs: z.number().optional(),
  lastSuccessMs: z.number().optional(),
  answeredSinceMs: z.number().optional(),
  latencyMs: z.number().optional(),
  lastFailureMs: z.number().optional(),
  lastFailure: failure.optional(),
  refusedMs: z.number().optional(),
  refusal: failure.optional(),
});

const content = z.strictObject({ version: z.literal(1), endpoints: z.array(record) });

/** One endpoint as it is kept. Times are milliseconds since 1970-01-01 UTC. */
export interface EndpointRecord {
  readonly database: string;
  readonly endpoint: string;
  readonly failures: number;
  readonly openedAtMs?: number;
  readonly lastSuccessMs?: number;
  /** When the last of those came who were answered: by then the account was let in. */
  readonly answeredSinceMs?: number;
  readonly latencyMs?: number;
  readonly lastFailureMs?: number;
  readonly lastFailure?: Failure;
  /** When a logon was refused and why, until one succeeds. */
  readonly refusedMs?: number;
  readonly refusal?: Failure;
}

/** The file. */
export class HealthFile {
  readonly #path: string;
  readonly #logger: Logger;
  #next: readonly EndpointRecord[] | undefined;
  #writing: Promise<void> | undefined;

  constructor(path: string, logger: Logger) {
    this.#path = path;
    this.#logger = logger;
  }

  /** What was kept. Nothing where there is no file yet, or where it cannot be understood: then the log says so. */
  async read(): Promise<readonly EndpointRecord[]> {
    try {
      return await this.#content();
    } catch (error) {
      const told = { file: this.#path, failure: toFailure(error) };
      this.#logger.warn('what was known of the endpoints cannot be read; all of them are used', told);
      return [];
    }
  }

  /**
   * Writes soon what this program has seen; what another one has written about other endpoints meanwhile stays. Of several states that come
   * while one is written only the last one follows. A failure is told in the log.
   */
  save(endpoints: readonly EndpointRecord[]): void {
    this.#next = endpoints;
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
  }

  /** Resolves when everything is on disk. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    const temporary = `${this.#path}.${String(process.pid)}.tmp`;
    for (let endpoints = this.#next; endpoints !== undefined; endpoints = this.#next) {
      this.#next = undefined;
      try {
        await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
        const all = together(await this.#content().catch(() => []), endpoints);
        await writeFile(temporary, `${JSON.stringify({ version: 1, endpoints: all }, null, 2)}\n`, { mode: 0o600 });
        await rename(temporary, this.#path);
      } catch (error) {
        await rm(temporary, { force: true }).catch(() => undefined);
        this.#logger.warn('the health of the endpoints could not be kept', { file: this.#path, failure: toFailure(error) });
      }
    }
  }

  /** Nothing where there is no file. @throws Error where it cannot be read or understood */
  async #content(): Promise<readonly EndpointRecord[]> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return [];
      throw error;
    }
    // Keys are there or not; zod calls what is not there undefined.
    return content.parse(JSON.parse(text)).endpoints as readonly EndpointRecord[];
  }
}

function together(others: readonly EndpointRecord[], own: readonly EndpointRecord[]): readonly EndpointRecord[] {
  const isOwn = ({ database, endpoint }: EndpointRecord): boolean =>
    own.some((record) => record.database === database && record.endpoint === endpoint);
  return [...others.filter((record) => !isOwn(record)), ...own];
}
