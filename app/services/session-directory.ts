/**
 * A folder for what exists only as long as this process: spools and the engine's files. Folders of processes that died
 * without tidying up are removed at the next start.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../base/error-text.ts';
import type { Logger } from '../base/logger.ts';
import { CamError, failure, toFailure } from '../model/failure.ts';

/** The folder of one process. */
export interface SessionDirectory {
  readonly path: string;
  /** Makes the folder where it is not there yet. @throws CamError `disk.error` where it cannot be made */
  ensure(): void;
  /** Removes the folder and all that is in it. */
  remove(): Promise<void>;
}

/** Where the folder lies and whose it is. */
export interface SessionPlace {
  readonly parent: string;
  readonly processId: number;
  /** Tells two folders of one process apart: digits and small letters. */
  readonly unique: string;
  readonly logger: Logger;
  /** Removes a left-over; `rmSync` unless a test says otherwise. */
  readonly removeLeftOver?: (path: string) => void;
}

const namePattern = /^session-(\d+)-[0-9a-z]+$/;

/**
 * Makes the folder and removes the left-overs of processes that no longer run. Neither keeps the program from starting: a drive that is
 * not connected is told in the log, and by `ensure` to whoever needs the folder.
 */
export function openSessionDirectory(place: SessionPlace): SessionDirectory {
  const { parent, processId, unique, logger } = place;
  const path = join(parent, `session-${String(processId)}-${unique}`);
  const ensure = (): void => {
    try {
      mkdirSync(path, { recursive: true, mode: 0o700 });
    } catch (error) {
      throw new CamError(failure('disk.error', { message: `The folder ${path} for rows cannot be made.`, detail: String(error) }), {
        cause: error,
      });
    }
  };
  try {
    ensure();
    removeLeftOvers(place);
  } catch (error) {
    const { message, action, detail } = toFailure(error, 'disk.error');
    logger.error(message, { action, detail });
  }
  return {
    path,
    ensure,
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** One that cannot be removed, because somebody looks into it, waits for the next start. */
function removeLeftOvers({ parent, processId, logger, removeLeftOver = removeNow }: SessionPlace): void {
  for (const name of readdirSync(parent)) {
    const owner = Number(namePattern.exec(name)?.[1] ?? processId);
    if (owner === processId || isAlive(owner)) continue;
    try {
      removeLeftOver(join(parent, name));
    } catch (error) {
      logger.warn('a folder that an ended process left behind cannot be removed', { folder: join(parent, name), error: String(error) });
    }
  }
}

function removeNow(path: string): void {
  rmSync(path, { recursive: true, force: true });
}

/** Whether the process runs on this machine. */
export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // Somebody else's process: it is there, it is only not ours to signal.
    return errorCode(error) === 'EPERM';
  }
}
