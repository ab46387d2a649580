/** `cam run`: one analysis from the command line. */
import { resolve } from 'node:path';
import type { CamClient } from '../../contract/methods.ts';
import { cachedNote } from '../../model/cached-answer.ts';
import type { RunPlan } from '../../model/plan.ts';
import type { ExportFormat } from '../../model/report.ts';
import type { RunState } from '../../model/run.ts';
import { changesLines } from '../../report/changes.ts';
import { showCoverage } from '../../report/show.ts';
import { type App } from '../../services/create-app.ts';
import { closeApp } from './close-app.ts';
import { type CoreOptions, startCore } from '../core.ts';
import { costTable } from './cost-table.ts';
import { type ExitCode, exitCodeOfRun } from './exit-codes.ts';
import { inProcessClient } from './in-process-client.ts';
import { endLines } from './end-lines.ts';
import { createProgress } from './progress.ts';
import { reportProblems } from './problems.ts';
import { readableTable } from './readable-table.ts';
import type { Terminal } from './terminal.ts';
import { allRows, asObjects } from './table-rows.ts';

/** In which form the result is told. */
export interface TellOptions {
  readonly format?: ExportFormat;
  readonly out?: string;
  readonly bundle?: string;
  readonly json?: boolean;
  readonly failOnMatch?: boolean;
}

/** Options of `cam run`, as commander gives them. */
export interface RunOptions extends Omit<CoreOptions, 'host'>, TellOptions {
  readonly lastEvent: string;
  /** Beginning of the range of a hunt. */
  readonly from?: string;
  readonly zone?: string;
  readonly rule?: string;
  readonly windowHours?: number;
  /** Names of databases; absent: all. */
  readonly databases?: string[];
  readonly partition?: Record<string, string[]>;
  /** The case that it is done for. */
  readonly case?: string;
  readonly strict?: boolean;
}

/** Runs one analysis to its end. `interrupted` is aborted by Ctrl+C: the run is cancelled and its end awaited. */
export async function runCommand(options: RunOptions, terminal: Terminal, interrupted: AbortSignal): Promise<ExitCode> {
  const app = await startCore({ ...options, host: 'cli' });
  try {
    const view = app.config.view();
    if (view.problems.length > 0) return reportProblems(view.problems, terminal, options.json === true);
    const state = await runToEnd(app, options, terminal, interrupted);
    await tell(app, state, options, terminal);
    return exitCodeOfRun(state, options.failOnMatch === true);
  } finally {
    await closeApp(app, terminal);
  }
}

async function runToEnd(app: App, options: RunOptions, terminal: Terminal, interrupted: AbortSignal): Promise<RunState> {
  const client = inProcessClient(app);
  const { runId } = await client.call('run.start', {
    lastEvent: options.lastEvent,
    ...(options.from === undefined ? {} : { from: options.from }),
    ...(options.zone === undefined ? {} : { zone: options.zone }),
    ...(options.rule === undefined ? {} : { rule: options.rule }),
    ...(options.windowHours === undefined ? {} : { windowHours: options.windowHours }),
    ...(options.databases === undefined ? {} : { databases: options.databases }),
    ...(options.partition === undefined ? {} : { partitions: options.partition }),
    ...(options.case === undefined ? {} : { caseReference: options.case }),
    strict: options.strict === true,
  });
  const run = app.runs.get(runId);
  for (const note of run.plan.notes) terminal.err(`Note: ${note}\n`);
  if (run.plan.sampleData) terminal.err('These are the sample databases that come with the program.\n');
  return toItsEnd(run, run.plan.sources, terminal, interrupted);
}

/** Shows a run that goes on until it ends. `asked`: its sources that have not ended yet. */
export async function toItsEnd(
  run: ReturnType<App['runs']['get']>,
  asked: RunPlan['sources'],
  terminal: Terminal,
  interrupted: AbortSignal,
): Promise<RunState> {
  const progress = createProgress(terminal, asked);
  const stop = run.log.on(({ event }) => {
    progress.update(event, run.state);
  });
  const cancel = (): void => {
    run.cancel('Ctrl+C');
  };
  interrupted.addEventListener('abort', cancel, { once: true });
  if (interrupted.aborted) cancel();
  await run.ended;
  interrupted.removeEventListener('abort', cancel);
  await progress.finish();
  stop();
  return run.state;
}

/** What an ended run has found, in the forms that were asked for. */
export async function tell(app: App, state: RunState, options: TellOptions, terminal: Terminal): Promise<void> {
  await app.verdicts.settled(state.plan.runId);
  const metadata = app.reports.metadata(state.plan.runId);
  const client = inProcessClient(app);
  // On a terminal progress is a living list, which has no place for sentences.
  for (const { source, cachedFrom } of metadata.sources)
    if (cachedFrom !== undefined) terminal.err(`Note: ${source}: ${cachedNote(cachedFrom)}\n`);
  if (terminal.isInteractive) for (const { message } of state.warnings) terminal.err(`Warning: ${message}\n`);
  terminal.err(costTable(state));
  for (const line of endLines(state, metadata)) terminal.err(`${line}\n`);
  terminal.err(`Coverage: ${showCoverage(metadata)}\n`);
  // A strict run that is not complete leaves no artefact that could be taken for one.
  const isWithheld = state.failure !== undefined;
  if (options.format !== undefined && !isWithheld) {
    const file = await app.reports.export(
      { runId: state.plan.runId, table: { kind: 'confirmed' }, filters: [], format: options.format },
      options.out === undefined ? undefined : resolve(options.out),
    );
    terminal.err(
      `Wrote ${file.path} (${file.rows.toLocaleString('en')} rows)${file.metadataPath === undefined ? '' : ` and ${file.metadataPath}`}\n`,
    );
  }
  if (options.bundle !== undefined && !isWithheld) {
    const { path, files, fingerprint } = await app.bundles.write({ runId: state.plan.runId }, resolve(options.bundle));
    terminal.err(`Wrote ${path} (${String(files)} files), signed by key ${fingerprint}\n`);
  }
  if (options.json === true) {
    const tables = isWithheld
      ? {}
      : {
          confirmed: await asObjects(client, state.plan.runId, { kind: 'confirmed' }),
          undetermined: await asObjects(client, state.plan.runId, { kind: 'undetermined' }),
        };
    terminal.out(`${JSON.stringify({ metadata, ...tables }, null, 2)}\n`);
    return;
  }
  if (!isWithheld && options.format === undefined) terminal.out(await readableTables(client, state));
  for (const line of changesLines(metadata)) terminal.err(`${line}\n`);
  terminal.out(`${metadata.headline}\n`);
}

async function readableTables(client: CamClient, { plan }: RunState): Promise<string> {
  const parts: string[] = [];
  for (const kind of ['confirmed', 'undetermined'] as const) {
    const page = await allRows(client, plan.runId, { kind });
    if (page.rows.length === 0) continue;
    const title = kind === 'confirmed' ? 'Confirmed' : 'Undetermined';
    parts.push(readableTable(title, page, plan.zone, (name) => isShort(name, plan)));
  }
  return parts.join('');
}

/** What fits a terminal: who, when, how wide, what is missing and how much is known; evidence fields are in the files. */
function isShort(name: string, { rule }: RunPlan): boolean {
  return (
    name.endsWith('_change_time') ||
    [...rule.groupBy, 'match_time', 'events', 'values', 'change_window_hours', 'missing_sources', 'confidence'].includes(name)
  );
}
