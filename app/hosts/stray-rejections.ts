/** A promise that nobody waits for and that fails is a mistake of the program: the process ends by it, and its parent hears that. */
import { asError } from '../base/as-error.ts';

/**
 * Node ends a process for it by default; Electron starts utility processes so that they only print a warning, and one would go on
 * with half of its work undone.
 */
export function endOnStrayRejection(): void {
  process.on('unhandledRejection', (reason) => {
    throw asError(reason);
  });
}
