/** Ctrl+C in a terminal. */

/**
 * For a process that the program starts: a terminal sends Ctrl+C to it as well, and it would end before what it runs on a server is
 * cancelled. How it ends is for the program to decide, by its channel; when that closes the process ends too.
 */
export function leaveInterruptsToParent(): void {
  process.on('SIGINT', () => undefined);
}
