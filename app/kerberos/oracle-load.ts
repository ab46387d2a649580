/** Tries in a process of its own whether the Oracle client library loads: it can crash, hang, and be loaded only once. */
import { delimiter } from 'node:path';
import type { Clock } from '../base/clock.ts';

/** How the attempt ended. */
export type LoadOutcome =
  /** `version` as the library itself tells it, such as `23.5.0.24.7`. */
  | { readonly kind: 'loaded'; readonly version: string }
  /** `code` such as `DPI-1047`, `text` the driver's own words. */
  | { readonly kind: 'refused'; readonly code: string; readonly text: string }
  /** The process ended without an answer; `how` is its exit code or signal. */
  | { readonly kind: 'crashed'; readonly how: string }
  | { readonly kind: 'timeout'; readonly afterMs: number };

/** Loads the library of a folder, or the one the system finds by itself where `folder` is `undefined`. Never throws. */
export type LoadOracleClient = (folder: string | undefined) => Promise<LoadOutcome>;

/** The process that tries, as far as it matters here. It tells a {@link LoadOutcome} as its only message. */
export interface ProbeProcess {
  readonly channel: { onMessage(listener: (message: unknown) => void): () => void };
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>;
  kill(): void;
}

/** What the attempt needs. */
export interface LoadOptions {
  /** Starts the process for a folder (none: empty) with these further environment variables. */
  readonly start: (folder: string, environment: Readonly<Record<string, string | undefined>>) => ProbeProcess;
  /** The loader path that is set already, if any. */
  readonly libraryPath: string | undefined;
  readonly clock: Clock;
  /** Default 20 s. */
  readonly timeoutMs?: number;
}

/** An attempt in a process that is always ended afterwards. */
export function loadInProcess({ start, libraryPath, clock, timeoutMs = 20_000 }: LoadOptions): LoadOracleClient {
  return async (folder) => {
    const child = start(folder ?? '', loaderEnvironment(folder, libraryPath));
    const answered = Promise.withResolvers<LoadOutcome>();
    child.channel.onMessage((message) => {
      answered.resolve(message as LoadOutcome);
    });
    void child.exited.then(({ code, signal }) => {
      answered.resolve({ kind: 'crashed', how: signal ?? `exit code ${String(code ?? 'unknown')}` });
    });
    const stopTimer = clock.setTimer(timeoutMs, () => {
      answered.resolve({ kind: 'timeout', afterMs: timeoutMs });
    });
    const outcome = await answered.promise;
    stopTimer();
    child.kill();
    await child.exited;
    return outcome;
  };
}

/** On Linux the loader finds the library's own parts only through this variable, and only if it is set before the process starts. */
function loaderEnvironment(folder: string | undefined, libraryPath: string | undefined): Readonly<Record<string, string>> {
  const path = [folder, libraryPath].filter((part) => part !== undefined && part !== '').join(delimiter);
  return path === '' ? {} : { LD_LIBRARY_PATH: path };
}
