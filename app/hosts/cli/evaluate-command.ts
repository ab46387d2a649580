/** `cam evaluate`: the rule of a kept run whose evaluation was broken off, over the answers that are there. No database is asked. */
import { type CoreOptions, startCore } from '../core.ts';
import { closeApp } from './close-app.ts';
import { type ExitCode, exitCodeOfRun } from './exit-codes.ts';
import { reportProblems } from './problems.ts';
import { tell, type TellOptions, toItsEnd } from './run-command.ts';
import type { Terminal } from './terminal.ts';

/** Options of `cam evaluate`. */
export type EvaluateOptions = Omit<CoreOptions, 'host'> & TellOptions;

/** Ends as the run does then. `interrupted` is aborted by Ctrl+C: the run is cancelled, and its rule is not evaluated, once more. */
export async function evaluateCommand(
  runId: string,
  options: EvaluateOptions,
  terminal: Terminal,
  interrupted: AbortSignal,
): Promise<ExitCode> {
  const app = await startCore({ ...options, host: 'cli' });
  try {
    const { problems } = app.config.view();
    if (problems.length > 0) return reportProblems(problems, terminal, options.json === true);
    await app.runs.open(runId);
    await app.runs.evaluate(runId);
    const state = await toItsEnd(app.runs.get(runId), [], terminal, interrupted);
    await tell(app, state, options, terminal);
    return exitCodeOfRun(state, options.failOnMatch === true);
  } finally {
    await closeApp(app, terminal);
  }
}
