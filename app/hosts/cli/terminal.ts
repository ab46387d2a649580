/** Standard output and error as ports, so that a test can read what was written. */
export interface Terminal {
  /** Results, and nothing else. */
  readonly out: (text: string) => void;
  /** Progress, warnings, mistakes. */
  readonly err: (text: string) => void;
  /** Whether standard error is a terminal on which lines can be drawn anew. */
  readonly isInteractive: boolean;
}

/** The process's own streams. A reader that closes the pipe early ends nothing but the output. */
export function processTerminal(): Terminal {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  }
  return {
    out: (text) => {
      process.stdout.write(text);
    },
    err: (text) => {
      process.stderr.write(text);
    },
    isInteractive: process.stderr.isTTY,
  };
}
