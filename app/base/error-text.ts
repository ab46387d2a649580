/** What was thrown, as text. Foreign texts may contain secrets: whoever keeps or shows one redacts it. */

/** All that is known of it: an error with its stack, which names where it came from; anything else as text. */
export function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Only what it says. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
