/** `cam near-misses`: who nearly meets the rule of a run whose result is kept. No database is asked. */
import { resolve } from 'node:path';
import { CamError, failure } from '../../model/failure.ts';
import type { NearMisses } from '../../model/near-misses.ts';
import { type LeftOutRows, leftOutRows } from '../../model/rule-filters.ts';
import type { ExportFormat, ReportMetadata } from '../../model/report.ts';
import type { App } from '../../services/create-app.ts';
import { type CoreOptions, startCore } from '../core.ts';
import { endLines } from './end-lines.ts';
import { type ExitCode, exitCodeOfRun, exitCodes } from './exit-codes.ts';
import { inProcessClient } from './in-process-client.ts';
import { reportProblems } from './problems.ts';
import { readableTable } from './readable-table.ts';
import { allRows, asObjects } from './table-rows.ts';
import type { Terminal } from './terminal.ts';

/** Options of `cam near-misses`. */
export interface NearOptions extends Omit<CoreOptions, 'host'> {
  readonly atLeast?: number;
  readonly windowHours?: number;
  readonly format?: ExportFormat;
  readonly out?: string;
  readonly json?: boolean;
}

/** Ends as the run did: 2 for one that was incomplete, or where rows before those it asked for could matter. Without a run's id, the newest kept result is taken. */
export async function nearCommand(run: string | undefined, options: NearOptions, terminal: Terminal): Promise<ExitCode> {
  const app = await startCore({ ...options, host: 'cli' });
  try {
    const { problems } = app.config.view();
    if (problems.length > 0) return reportProblems(problems, terminal, options.json === true);
    const { state } = await app.runs.open(run ?? (await newestKept(app)));
    const { runId, rule, windowHours } = state.plan;
    const atLeast = options.atLeast ?? Math.max(1, (rule.changes?.atLeast ?? 1) - 1);
    const numbers = { atLeast, windowHours: options.windowHours ?? windowHours };
    const client = inProcessClient(app);
    const near = await client.call('result.nearMisses', { runId, ...numbers });
    const metadata = app.reports.metadata(runId);
    const table = { kind: 'near', ...numbers } as const;
    for (const line of endLines(state, metadata)) terminal.err(`${line}\n`);
    if (options.format !== undefined) {
      const path = options.out === undefined ? undefined : resolve(options.out);
      const file = await app.reports.export({ runId, table, filters: [], format: options.format }, path);
      terminal.err(`Wrote ${file.path} (${String(file.rows)} rows)${file.metadataPath === undefined ? '' : ` and ${file.metadataPath}`}\n`);
    }
    if (options.json === true) {
      terminal.out(`${JSON.stringify({ metadata, near, clients: await asObjects(client, runId, table) }, null, 2)}\n`);
    } else {
      if (options.format === undefined && near.total > 0)
        terminal.out(readableTable('Near misses', await allRows(client, runId, table), metadata.zone, isShort));
      for (const line of openLines(near)) terminal.err(`${line}\n`);
      terminal.out(`${headlineOf(near, metadata, leftOutRows(state))}\n`);
    }
    const code = exitCodeOfRun(state, false);
    return code === exitCodes.complete && !near.reachesBack ? exitCodes.incomplete : code;
  } finally {
    await app.close();
  }
}

async function newestKept(app: App): Promise<string> {
  const [newest] = await app.handlers['results.list']({});
  if (newest !== undefined) return newest.runId;
  throw new CamError(failure('not.found', { message: 'No result is kept.', action: 'Run the analysis first, or name a run.' }));
}

const shortColumns = ['changes', 'lacking_changes', 'too_wide_by_hours', 'verdict', 'missing_sources'];

function isShort(name: string, place: number): boolean {
  return place === 0 || shortColumns.includes(name) || name.endsWith('_change_time');
}

/** The sum in one sentence; while anything is open it never says that there is nobody. */
function headlineOf(
  { atLeast, of, windowHours, total, undecided, reachesBack }: NearMisses,
  { missing }: ReportMetadata,
  { withoutId, withoutTime }: LeftOutRows,
): string {
  const leftOut = withoutId + withoutTime;
  const asked = `with at least ${String(atLeast)} of ${String(of)} kinds of change within ${String(windowHours)} h`;
  const open =
    missing.length > 0 || undecided > 0
      ? 'sources are missing'
      : reachesBack
        ? undefined
        : 'the window reaches further back than the rows that were asked for';
  if (total > 0)
    return `${total === 1 ? '1 near miss' : `${String(total)} near misses`} ${asked}${open === undefined ? '' : '; more may be'}`;
  const but =
    leftOut === 0 ? '' : `, but ${leftOut === 1 ? '1 row' : `${String(leftOut)} rows`} without an id or a time could not take part`;
  return open === undefined ? `No near miss ${asked}${but}` : `Not known: ${open}; no near miss is known ${asked}`;
}

/** What missing sources, and rows that were not asked for, leave open. */
function openLines({ mayMatch, undecided, tooWide, reachesBack }: NearMisses): readonly string[] {
  return [
    ...(tooWide === 0 ? [] : [`${String(tooWide)} of them made enough changes, but too far apart.`]),
    ...(mayMatch === 0 ? [] : [`${String(mayMatch)} of them may in truth meet the rule: what they lack can be in a missing source.`]),
    ...(undecided === 0 ? [] : [`Of ${String(undecided)} further clients it is not known: sources are missing.`]),
    ...(reachesBack ? [] : ['The window reaches further back than the rows that were asked for; what lies before them is not known.']),
  ];
}
