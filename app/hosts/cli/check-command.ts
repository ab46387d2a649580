/** `cam check`: is everything ready for a run? */
import type { CheckReport, SourceCheck, StandbyCheck } from '../../model/check.ts';
import { type CoreOptions, startCore } from '../core.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { inProcessClient } from './in-process-client.ts';
import { preflightText } from './preflight-text.ts';
import { reportProblems } from './problems.ts';
import type { Terminal } from './terminal.ts';
import { textTable } from './text-table.ts';

/** Options of `cam check`. */
export interface CheckOptions extends Omit<CoreOptions, 'host'> {
  readonly json?: boolean;
}

/** Checks the configuration, then every source. */
export async function checkCommand(options: CheckOptions, terminal: Terminal): Promise<ExitCode> {
  const app = await startCore({ ...options, host: 'cli' });
  try {
    const { problems } = app.config.view();
    if (problems.length > 0) return reportProblems(problems, terminal, options.json === true);
    // Both at a time, for together they take no more than half a minute; what fails is told by the one that is awaited.
    const judging = inProcessClient(app).call('preflight.get', {});
    const checking = app.checks.check();
    checking.catch(() => undefined);
    const preflight = await judging;
    // Shown as soon as it is there: a bad ticket is known at once.
    if (options.json !== true) terminal.out(preflightText(preflight, app.config.current().settings.zone));
    const report = await checking;
    terminal.out(options.json === true ? `${JSON.stringify({ preflight, ...report }, null, 2)}\n` : readable(report));
    return report.sources.some((source) => source.failure !== undefined) ? exitCodes.failed : exitCodes.complete;
  } finally {
    await app.close();
  }
}

function readable(report: CheckReport): string {
  const rows = report.sources.map((source) => [
    source.source,
    source.endpoint,
    source.failure === undefined ? found(source) : 'FAILED',
    source.mender ?? null,
  ]);
  const problems = report.sources.flatMap(({ source, failure }) =>
    failure === undefined ? [] : [`${source}: ${failure.message} ${failure.action} (${failure.vendorCode ?? failure.code})\n`],
  );
  const seconds = (report.durationMs / 1000).toFixed(1);
  const verdict =
    problems.length === 0
      ? `All ${String(rows.length)} sources are ready`
      : `${String(problems.length)} of ${String(rows.length)} sources are not ready`;
  const table = textTable(['source', 'endpoint', 'found', 'who can mend it'], rows);
  return `${table}\n${problems.join('')}${report.standbys.map(standbyLine).join('')}${verdict} (${seconds} s).\n`;
}

function standbyLine({ database, endpoint, latencyMs = 0, lagMs, lagUnknown, failure }: StandbyCheck): string {
  const name = `Standby of ${database}, ${endpoint}: `;
  if (failure !== undefined) return `${name}${failure.message} ${failure.action} (${failure.vendorCode ?? failure.code})\n`;
  const lag =
    lagUnknown !== undefined
      ? `; how far it is behind is not known, so its answers would be partial. ${lagUnknown}`
      : lagMs === undefined
        ? ' and is a primary itself'
        : `, ${(lagMs / 1000).toFixed(1)} s behind`;
  return `${name}answered in ${String(latencyMs)} ms${lag}\n`;
}

function found(source: SourceCheck): string {
  const columns = `${String(source.columns.length)} columns`;
  return source.roles === undefined ? columns : `${columns}; id ${source.roles.user}, time ${source.roles.time}`;
}
