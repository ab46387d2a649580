/** `cam bundle`: the evidence bundle of a run whose result is kept, whichever program made it. */
import { resolve } from 'node:path';
import { type CoreOptions, startCore } from '../core.ts';
import { endLines } from './end-lines.ts';
import { type ExitCode, exitCodeOfRun } from './exit-codes.ts';
import { reportProblems } from './problems.ts';
import type { Terminal } from './terminal.ts';

/** Options of `cam bundle`. */
export interface BundleOptions extends Omit<CoreOptions, 'host'> {
  readonly out?: string;
}

/** Ends as the run did: 2 for one that was incomplete. */
export async function bundleCommand(runId: string, options: BundleOptions, terminal: Terminal): Promise<ExitCode> {
  const app = await startCore({ ...options, host: 'cli' });
  try {
    const { problems } = app.config.view();
    if (problems.length > 0) return reportProblems(problems, terminal, false);
    const { state } = await app.runs.open(runId);
    const metadata = app.reports.metadata(runId);
    const written = await app.bundles.write({ runId }, options.out === undefined ? undefined : resolve(options.out));
    for (const line of endLines(state, metadata)) terminal.err(`${line}\n`);
    terminal.err(`Wrote ${written.path} (${String(written.files)} files), signed by key ${written.fingerprint}\n`);
    terminal.out(`${metadata.headline}\n`);
    return exitCodeOfRun(state, false);
  } finally {
    await app.close();
  }
}
