/**
 * Which processes of this folder are alive. Each holds a lock of the operating system on a file of its own, and the system
 * lets go of it whatever way the process ends: no process id that is used again by somebody else, no stale file can be
 * mistaken for a living process. The lock is SQLite's, because Node has none of its own and SQLite's works on every system.
 */
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** A held lock. */
export interface SessionLock {
  readonly session: string;
  /** Lets go; the file stays, so that a later start finds what is left of the session. */
  release(): void;
  /** Lets go and removes the file: nothing is left of the session. */
  remove(): void;
}

/** Takes the lock of a session in `directory`; `undefined` where a living process holds it. */
export function claimSession(directory: string, session: string): SessionLock | undefined {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = lockPath(directory, session);
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    // Nothing is ever written to the file, so nothing needs to be undone.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === busy) return undefined;
    throw error;
  }
  let isHeld = true;
  const release = (): void => {
    if (isHeld) database.close();
    isHeld = false;
  };
  return {
    session,
    release,
    remove: () => {
      // Windows does not remove a file that is open.
      release();
      rmSync(path, { force: true });
    },
  };
}

/** A lock is taken within moments of making its file: after an hour the maker is gone, or holds it. */
const settledMs = 3_600_000;

/** Sessions that have left a lock file in the folder, held or not; not those that may just be starting. */
export function settledSessions(directory: string, nowMs: number): readonly string[] {
  return readdirSync(directory).flatMap((name) => {
    const session = /^session-(\d+-[0-9a-f]+)\.lock$/.exec(name)?.[1];
    const madeMs = statSync(join(directory, name), { throwIfNoEntry: false })?.mtimeMs ?? nowMs;
    return session === undefined || nowMs - madeMs < settledMs ? [] : [session];
  });
}

const busy = 5;

function lockPath(directory: string, session: string): string {
  return join(directory, `session-${session}.lock`);
}
