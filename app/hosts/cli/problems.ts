/** Mistakes in the configuration on the command line. */
import type { ConfigProblem } from '../../model/database.ts';
import { problemLine } from '../../services/config-service.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

/** Prints every mistake, as `file:line:column` or as JSON. */
export function reportProblems(problems: readonly ConfigProblem[], terminal: Terminal, asJson: boolean): ExitCode {
  if (asJson) terminal.out(`${JSON.stringify({ problems }, null, 2)}\n`);
  for (const problem of problems) terminal.err(`${problemLine(problem)}\n`);
  terminal.err(`${String(problems.length)} ${problems.length === 1 ? 'mistake' : 'mistakes'} in the configuration; nothing was started.\n`);
  return exitCodes.badConfiguration;
}
