/** The command line `cam`. */
import { exitCodes } from './cli/exit-codes.ts';
import { runProgram } from './cli/program.ts';
import { processTerminal } from './cli/terminal.ts';

const interrupted = new AbortController();
const terminal = processTerminal();
let interrupts = 0;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    interrupts += 1;
    interrupted.abort();
    // Asked twice: leave at once. The processes see their parent gone and end by themselves.
    if (interrupts > 1) process.exit(exitCodes.cancelled);
  });
}
process.exitCode = await runProgram(process.argv.slice(2), terminal, interrupted.signal);
