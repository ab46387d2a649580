/** `cam stats`: what all runs over a data folder have done and taken since counting began. */
import type { EndpointReport, StatusView } from '../../model/figures.ts';
import { formatInZone } from '../../model/zoned-time.ts';
import { type CoreOptions, startCore } from '../core.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { inProcessClient } from './in-process-client.ts';
import type { Terminal } from './terminal.ts';
import { textTable } from './text-table.ts';

/** Options of `cam stats`. */
export interface StatsOptions extends Omit<CoreOptions, 'host'> {
  readonly json?: boolean;
  /** Counts from nothing after the figures have been printed. */
  readonly reset?: boolean;
}

/** Prints the figures; what one process counts, another one shows. */
export async function statsCommand(options: StatsOptions, terminal: Terminal): Promise<ExitCode> {
  const app = await startCore({ ...options, host: 'cli' });
  try {
    const client = inProcessClient(app);
    const status = await client.call('status.get', {});
    const zone = app.config.view().settings?.zone ?? 'UTC';
    terminal.out(options.json === true ? `${JSON.stringify(status, null, 2)}\n` : readableStats(status, zone));
    if (options.reset === true) {
      await client.call('status.reset', {});
      terminal.err('Counting starts again from zero.\n');
    }
    return exitCodes.complete;
  } finally {
    await app.close();
  }
}

/** The figures as two tables and a few sentences. */
export function readableStats({ since, figures, endpoints, history }: StatusView, zone: string): string {
  if (since === undefined) return 'Nothing has been counted yet.\n';
  const { runs, scatters, partialTimeouts, databases } = figures;
  const all = runs.succeeded + runs.partial + runs.failed + runs.cancelled;
  const databaseRows = Object.entries(databases).map(([name, database]) => [
    name,
    String(database.sources),
    String(database.missing),
    String(database.retries),
    String(database.timeouts),
    database.rows.toLocaleString('en'),
    database.waits === 0 ? null : seconds(database.waitSumMs / database.waits),
  ]);
  const lines = [
    `Since ${formatInZone(since, zone).slice(0, 19)} ${zone}:`,
    `${all === 1 ? '1 run' : `${String(all)} runs`} ended: ${String(runs.succeeded)} complete, ${String(runs.partial)} in part, ${String(runs.failed)} failed, ${String(runs.cancelled)} cancelled.`,
    `${String(partialTimeouts)} of them in part because a source ran out of time.`,
    `Queries sent out: ${String(scatters.single)} to one database, ${String(scatters.multi)} to parts of a group, ${String(scatters.broadcast)} to a whole group.`,
    '',
    textTable(['database', 'sources', 'missing', 'retries', 'timeouts', 'rows', 'usual wait'], databaseRows),
    textTable(
      ['database', 'endpoint', 'breaker', 'attempts', 'usually takes', 'at most', 'last success', 'last failure'],
      endpoints.map((report) => endpointRow(report, zone)),
    ),
    `History: store ${history.store}, ${String(history.waiting)} records waiting, ${String(history.lost)} lost.`,
  ];
  return `${lines.join('\n')}\n`;
}

function endpointRow({ database, endpoint, breaker, figures }: EndpointReport, zone: string): (string | null)[] {
  const { attempts, successes, latencySumMs, longestMs, lastSuccessAt, lastFailureAt, lastCode } = figures;
  const time = (instant: string | undefined): string | null => (instant === undefined ? null : formatInZone(instant, zone).slice(0, 19));
  return [
    database,
    endpoint,
    breaker,
    String(attempts),
    successes === 0 ? null : seconds(latencySumMs / successes),
    successes === 0 ? null : seconds(longestMs),
    time(lastSuccessAt),
    lastFailureAt === undefined ? null : `${time(lastFailureAt) ?? ''} ${lastCode ?? ''}`.trim(),
  ];
}

function seconds(ms: number): string {
  return `${(ms / 1000).toLocaleString('en', { maximumFractionDigits: 2 })} s`;
}
