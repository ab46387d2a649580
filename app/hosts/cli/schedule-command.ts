/** `cam schedule`: planned runs without a window. */
import { whenAborted } from '../../base/abort.ts';
import type { LedgerInterval, ScheduleView } from '../../model/schedule.ts';
import { formatInZone } from '../../model/zoned-time.ts';
import type { App } from '../../services/create-app.ts';
import { closeApp } from './close-app.ts';
import { type CoreOptions, startCore } from '../core.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { inProcessClient } from './in-process-client.ts';
import { reportProblems } from './problems.ts';
import type { Terminal } from './terminal.ts';
import { textTable } from './text-table.ts';

/** Options of `cam schedule`, as commander gives them. */
export interface ScheduleOptions extends Omit<CoreOptions, 'host'> {
  readonly once?: boolean;
  readonly list?: boolean;
  readonly json?: boolean;
  readonly limit: number;
}

/** Evaluates until Ctrl+C, or what is due with `--once`, or nothing with `--list`. */
export async function scheduleCommand(options: ScheduleOptions, terminal: Terminal, interrupted: AbortSignal): Promise<ExitCode> {
  const app = await startCore({ ...options, host: 'cli' });
  try {
    const view = app.config.view();
    if (view.problems.length > 0) return reportProblems(view.problems, terminal, options.json === true);
    const { file, schedules } = await app.schedules.list();
    if (schedules.length === 0) {
      terminal.err(`There is no schedule in ${file}.\n`);
      return exitCodes.badConfiguration;
    }
    if (options.list === true) return await list(app, options, terminal);
    return options.once === true ? await once(app, options, terminal, interrupted) : await follow(app, terminal, interrupted);
  } finally {
    await closeApp(app, terminal);
  }
}

async function list(app: App, options: ScheduleOptions, terminal: Terminal): Promise<ExitCode> {
  const client = inProcessClient(app);
  const { schedules, failure } = await client.call('schedule.list', {});
  if (failure !== undefined) {
    terminal.err(`${failure.message} ${failure.action}\n`);
    return exitCodes.failed;
  }
  const { intervals, total } = await client.call('schedule.ledger', { limit: options.limit, offset: 0 });
  if (options.json === true) terminal.out(`${JSON.stringify({ schedules, intervals, total }, null, 2)}\n`);
  else {
    const zone = app.config.current().settings.zone;
    terminal.out(schedulesTable(schedules, zone));
    terminal.out(`\nIntervals, the newest first (${String(intervals.length)} of ${String(total)}; times in ${zone})\n`);
    terminal.out(intervalsTable(intervals, zone));
    terminal.out(hiddenText(intervals, zone));
  }
  return exitCodeOf(schedules);
}

async function once(app: App, options: ScheduleOptions, terminal: Terminal, interrupted: AbortSignal): Promise<ExitCode> {
  const stop = tellEnds(app, terminal);
  await app.schedules.settle(interrupted);
  stop();
  if (interrupted.aborted) return exitCodes.cancelled;
  return list(app, options, terminal);
}

async function follow(app: App, terminal: Terminal, interrupted: AbortSignal): Promise<ExitCode> {
  const { schedules, failure } = await app.schedules.list();
  const zone = app.config.current().settings.zone;
  terminal.out(schedulesTable(schedules, zone));
  if (failure !== undefined) terminal.err(`${failure.message} ${failure.action}\n`);
  terminal.err('Evaluated from now on; Ctrl+C ends.\n');
  const stop = tellEnds(app, terminal);
  app.schedules.start();
  await whenAborted(interrupted);
  stop();
  return exitCodes.complete;
}

/** Prints a line for each interval that ends, and for each reason why nothing can be evaluated. */
function tellEnds(app: App, terminal: Terminal): () => void {
  return app.log.entries.on(({ level, message, fields }) => {
    if (level !== 'info' && level !== 'warn' && level !== 'error') return;
    if (!('schedule' in fields) && !message.includes('schedules')) return;
    const { schedule, to, state, channel, reasons, reason, error } = fields;
    const about = Array.isArray(reasons) ? `(${reasons.join(', ')})` : undefined;
    const what = [schedule, to, state, channel, about].filter((part) => typeof part === 'string').join(' ');
    const why = [reason, error].flatMap((part) => (typeof part === 'string' ? [` – ${part}`] : [])).join('');
    terminal.err(`${new Date().toISOString()} ${message}${what === '' ? '' : `: ${what}`}${why}\n`);
  });
}

function schedulesTable(schedules: readonly ScheduleView[], zone: string): string {
  const time = (instant: string | null): string => (instant === null ? '—' : formatInZone(instant, zone).slice(0, 16));
  const rows = schedules.map(({ schedule, nextDueAt, pausedBy, counts, last, surelySeenHours }) => [
    schedule.name,
    `${schedule.cron} (${schedule.zone})`,
    pausedBy === null ? time(nextDueAt) : `paused by ${pausedBy}`,
    last === null ? '—' : `${time(last.to)} ${last.state}`,
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([state, count]) => `${String(count)} ${state}`)
      .join(', ') || 'no interval yet',
    surelySeenHours === null ? '—' : `${String(Math.round(surelySeenHours * 10) / 10)} h`,
  ]);
  return textTable(['schedule', 'cron', `next run (${zone})`, 'newest interval', 'intervals', 'surely seen'], rows);
}

function intervalsTable(intervals: readonly LedgerInterval[], zone: string): string {
  const time = (instant: string): string => formatInZone(instant, zone).slice(0, 16);
  const rows = intervals.map(({ schedule, from, to, state, result, runId, reason }) => [
    schedule,
    `${time(from)} – ${time(to)}`,
    state,
    result?.confirmed == null ? null : `${String(result.confirmed)}${state === 'done' ? '' : '+'}`,
    missingText({ state, result }),
    runId,
    reason,
  ]);
  return textTable(['schedule', 'interval', 'state', 'confirmed', 'missing', 'run', 'why'], rows);
}

/** What filters hid and which rows could not take part, of the intervals where anything did: "nothing" missing does not say so. */
function hiddenText(intervals: readonly LedgerInterval[], zone: string): string {
  const lines = intervals.flatMap(({ schedule, to, result }) =>
    (result?.filters ?? []).map((sentence) => `  ${schedule}, to ${formatInZone(to, zone).slice(0, 16)}: ${sentence}\n`),
  );
  return lines.length === 0 ? '' : `\nFiltered or left out\n${lines.join('')}`;
}

/** An interval that nobody has evaluated misses everything. */
function missingText({ state, result }: Pick<LedgerInterval, 'state' | 'result'>): string {
  if (result === null) return state === 'running' ? 'not answered yet' : state === 'pending' ? 'not evaluated yet' : 'everything';
  return result.missing.length === 0 ? 'nothing' : result.missing.map(({ source }) => source).join('; ');
}

/** By the newest interval of each schedule: what stands there is what is known now. */
function exitCodeOf(schedules: readonly ScheduleView[]): ExitCode {
  const states = schedules.flatMap(({ last }) => last?.state ?? []);
  if (states.includes('failed')) return exitCodes.failed;
  return states.every((state) => state === 'done') ? exitCodes.complete : exitCodes.incomplete;
}
