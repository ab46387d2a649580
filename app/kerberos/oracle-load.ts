/** Tries in a process of its own whether the Oracle client library loads: it can crash, hang, and be loaded only once. */
import { fork } from 'node:child_process';
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

/** What the attempt needs. */
export interface ForkLoadOptions {
  /** The program to run: `app/drivers/oracle-client-probe.ts`, or what it has been built into. */
  readonly program: string;
  /** The environment of the process; the loader's path is added. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** Default 20 s. */
  readonly timeoutMs?: number;
}

/** An attempt in a forked Node process. */
export function forkLoadOracleClient(options: ForkLoadOptions): LoadOracleClient {
  const { timeoutMs = 20_000 } = options;
  return (folder) =>
    new Promise((resolve) => {
      const child = fork(options.program, folder === undefined ? [] : [folder], {
        env: loaderEnvironment(options.environment, folder),
        execArgv: [],
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      });
      let answer: LoadOutcome | undefined;
      const stopTimer = options.clock.setTimer(timeoutMs, () => {
        answer ??= { kind: 'timeout', afterMs: timeoutMs };
        child.kill('SIGKILL');
      });
      child.on('message', (message) => {
        answer ??= message as LoadOutcome;
      });
      const end = (how: string): void => {
        stopTimer();
        resolve(answer ?? { kind: 'crashed', how });
      };
      child.once('error', (error) => {
        end(error.message);
      });
      child.once('exit', (code, signal) => {
        end(signal ?? `exit code ${code ?? 'unknown'}`);
      });
    });
}

/** On Linux the loader finds the library's own parts only through this variable, and only if it is set before the process starts. */
function loaderEnvironment(environment: Readonly<Record<string, string | undefined>>, folder: string | undefined): Record<string, string> {
  const path = [folder, environment.LD_LIBRARY_PATH].filter((part) => part !== undefined && part !== '').join(delimiter);
  const defined = Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(defined), ...(path === '' ? {} : { LD_LIBRARY_PATH: path }) };
}
