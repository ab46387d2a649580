/** Who runs this program, as the system has it. */
import { userInfo } from 'node:os';

/** The number, on systems that have one. */
export function userId(): { uid?: number } {
  const uid = process.getuid?.();
  return uid === undefined ? {} : { uid };
}

/** The name. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without an entry in the system's user table, as in some containers.
    return 'unknown';
  }
}
