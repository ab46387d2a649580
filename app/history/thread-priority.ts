/** How much of a busy processor the calling thread gets. */
import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename } from 'node:path';

/**
 * Lets everything else go first: where all processors are busy this thread gets a few hundredths of one, and else what is left.
 * Only Linux has a priority for each thread (its name in `/proc` is the number to give); elsewhere nothing is changed, for
 * there it would be the priority of the whole program.
 */
export function giveWay(): void {
  if (process.platform !== 'linux') return;
  try {
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), constants.priority.PRIORITY_LOW);
  } catch {
    // Where the system does not allow it, the thread works as any other.
  }
}
