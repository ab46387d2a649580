/** The folder that package.json stands in. */
export const root: string;

interface RunOptions {
  readonly stdio?: 'inherit' | 'ignore';
  readonly environment?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Path of a file in node_modules. */
export function tool(...parts: readonly string[]): string;

/** Runs a Node program; resolves with its exit code. */
export function runNode(args: readonly string[], options?: RunOptions): Promise<number>;

/** Runs a program; resolves with its exit code, 130 where Ctrl+C ended it. */
export function run(command: string, args: readonly string[], options?: RunOptions): Promise<number>;

/** Runs a Node program quietly; resolves with exit code and everything it printed. */
export function capture(args: readonly string[], options?: RunOptions): Promise<{ readonly code: number; readonly output: string }>;
