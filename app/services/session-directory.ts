/**
 * A folder for what exists only as long as this process: spools and the engine's files. Folders of processes that died
 * without tidying up are removed at the next start.
 */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The folder of one process. */
export interface SessionDirectory {
  readonly path: string;
  /** Removes the folder and all that is in it. */
  remove(): Promise<void>;
}

const namePattern = /^session-(\d+)-[0-9a-z]+$/;

/** Makes the folder under `parent` and removes the left-overs of processes that no longer run. */
export function openSessionDirectory(parent: string, processId: number, unique: string): SessionDirectory {
  const path = join(parent, `session-${String(processId)}-${unique}`);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(parent)) {
    const owner = Number(namePattern.exec(name)?.[1] ?? processId);
    if (owner !== processId && !isAlive(owner)) rmSync(join(parent, name), { recursive: true, force: true });
  }
  return {
    path,
    remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** Whether the process runs on this machine. */
export function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // Somebody else's process: it is there, it is only not ours to signal.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
