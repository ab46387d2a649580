import { throwIfAborted } from '../base/abort.ts';

/**
 * Ends the turn of the event loop. SQLite answers within the turn, so a long piece of work that only awaits it would keep the
 * thread from hearing other questions, and that it is not wanted any more. @throws AbortedError when it is not
 */
export async function breath(signal: AbortSignal | undefined): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  if (signal !== undefined) throwIfAborted(signal);
}
