/** What was thrown, as text. Foreign texts may contain secrets: whoever keeps or shows one redacts it. */

/** All that is known of it: an error with its stack, which names where it came from; anything else as text. */
export function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Only what it says. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The code that the system or a library gave it, such as `ENOENT`; `undefined` where it has none. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
