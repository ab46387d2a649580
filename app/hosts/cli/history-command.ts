/** `cam history`: who ran what, how it went, whether the records are whole, and what is kept. */
import { resolve } from 'node:path';
import { AbortedError } from '../../base/abort.ts';
import { CamError, failure } from '../../model/failure.ts';
import type { ChainProgress } from '../../model/history-audit.ts';
import type { Grouping } from '../../model/history-figures.ts';
import type { ExecutionStatus } from '../../model/history.ts';
import type { App } from '../../services/create-app.ts';
import { type CoreOptions, startCore } from '../core.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { errorTable, executionTable, retentionText, runTable, runText, statisticsTable, verdictText } from './history-tables.ts';
import type { Terminal } from './terminal.ts';
import { textTable } from './text-table.ts';

/** Options that the commands of `cam history` share or have, as commander gives them. */
export interface HistoryOptions extends Omit<CoreOptions, 'host'> {
  readonly json?: boolean;
  readonly user?: string;
  readonly executions?: boolean;
  readonly status?: ExecutionStatus;
  readonly databaseType?: string;
  readonly limit?: number;
  readonly offset?: number;
  readonly days?: number;
  readonly by?: Grouping;
  readonly file?: string;
  readonly head?: { readonly seq: number; readonly hash: string };
  readonly out?: string;
  readonly format?: 'csv' | 'jsonl';
  readonly dryRun?: boolean;
  readonly reason?: string;
}

/** Which command, and what it is about: a run or a hold. */
export interface HistoryAction {
  readonly name: 'list' | 'show' | 'stats' | 'errors' | 'verify' | 'export' | 'retain' | 'hold' | 'release';
  readonly subject?: string;
}

interface Answer {
  readonly value: unknown;
  readonly text: string;
  readonly code?: ExitCode;
}

/** Runs one command. Ctrl+C ends long work between two of its steps. */
export async function historyCommand(
  action: HistoryAction,
  options: HistoryOptions,
  terminal: Terminal,
  interrupted: AbortSignal,
): Promise<ExitCode> {
  const app = await startCore({ ...options, host: 'cli' });
  try {
    await app.history.settled();
    const { value, text, code = exitCodes.complete } = await answerOf(app, action, options, terminal, interrupted);
    terminal.out(options.json === true ? `${JSON.stringify(value, null, 2)}\n` : text);
    const { rejected } = app.history.state;
    if (rejected > 0) terminal.err(`${String(rejected)} records were refused by the store; they are in files of the history's folder.\n`);
    return code;
  } finally {
    await app.close();
  }
}

function answerOf(
  app: App,
  { name, subject = '' }: HistoryAction,
  options: HistoryOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Answer> {
  switch (name) {
    case 'list':
      return list(app, options);
    case 'show':
      return show(app, subject);
    case 'stats':
      return stats(app, options);
    case 'errors':
      return errors(app, options);
    case 'verify':
      return verify(app, options, terminal, signal);
    case 'export':
      return exportTrail(app, options, signal);
    case 'retain':
      return retain(app, options, signal);
    case 'hold':
      return hold(app, options);
    case 'release':
      return release(app, subject);
  }
}

async function list({ history, config }: App, options: HistoryOptions): Promise<Answer> {
  const { limit = 20, offset = 0, user: userId, status, databaseType } = options;
  const zone = zoneOf(config);
  const page = { limit, offset, ...(userId === undefined ? {} : { userId }) };
  if (options.executions !== true && status === undefined && databaseType === undefined) {
    const runs = await history.ask('runs', page);
    return { value: runs, text: runTable(runs, zone) };
  }
  const filter = { ...(status === undefined ? {} : { status }), ...(databaseType === undefined ? {} : { databaseType }) };
  const executions = await history.ask('executions', { ...page, ...filter });
  return { value: executions, text: executionTable(executions, zone) };
}

async function show({ history, config }: App, runId: string): Promise<Answer> {
  const detail = await history.ask('run', { runId });
  if (detail === null)
    throw new CamError(failure('not.found', { message: `The history has no run ${runId}.`, action: 'Look it up with cam history list.' }));
  return { value: detail, text: runText(detail, zoneOf(config)) };
}

async function stats({ history }: App, { days = 30, user: userId, by }: HistoryOptions): Promise<Answer> {
  const scope = userId === undefined ? {} : { userId };
  if (by === undefined) {
    const statistics = await history.ask('statistics', { scope, days, withPercentiles: true });
    return { value: statistics, text: statisticsTable([{ scope, statistics }], days) };
  }
  const groups = await history.ask('groupedStatistics', { scope, days, groupBy: by, withPercentiles: by !== 'query' });
  return { value: groups, text: statisticsTable(groups, days) };
}

async function errors({ history, config }: App, { days = 30, user: userId, limit = 20 }: HistoryOptions): Promise<Answer> {
  const patterns = await history.ask('errorPatterns', { scope: userId === undefined ? {} : { userId }, days, limit });
  return { value: patterns, text: errorTable(patterns, zoneOf(config)) };
}

async function verify({ history }: App, { file, head }: HistoryOptions, terminal: Terminal, signal: AbortSignal): Promise<Answer> {
  const expected = head === undefined ? {} : { expected: head };
  const onProgress = ({ entries, of }: ChainProgress): void => {
    if (terminal.isInteractive) terminal.err(`\rChecked ${String(entries)} of ${String(of)} entries`);
  };
  try {
    const verdict =
      file === undefined
        ? await history.ask('verifyChain', expected, signal, onProgress)
        : await history.ask('verifyExport', { path: resolve(file), ...expected }, signal);
    return { value: verdict, text: verdictText(verdict), code: verdict.isIntact ? exitCodes.complete : exitCodes.failed };
  } catch (error) {
    if (!(error instanceof AbortedError)) throw error;
    return { value: null, text: 'Stopped: nothing is known of the trail.\n', code: exitCodes.cancelled };
  } finally {
    if (terminal.isInteractive && file === undefined) terminal.err('\n');
  }
}

async function exportTrail({ history }: App, { out = '', format = 'jsonl' }: HistoryOptions, signal: AbortSignal): Promise<Answer> {
  const exported = await history.ask('exportTrail', { path: resolve(out), format }, signal);
  const { path, entries, head } = exported;
  return { value: exported, text: `Wrote ${path}: ${String(entries)} entries. Head ${String(head.seq)}:${head.hash}\n` };
}

async function retain({ retention }: App, { dryRun = false }: HistoryOptions, signal: AbortSignal): Promise<Answer> {
  const result = await retention.retain(dryRun, signal);
  return { value: result, text: retentionText(result) };
}

async function hold({ history, config }: App, { reason }: HistoryOptions): Promise<Answer> {
  if (reason !== undefined) {
    const set = await history.ask('setHold', { reason, by: config.user });
    return { value: set, text: `Held: ${set.holdId}. Nothing is deleted until cam history release ${set.holdId}.\n` };
  }
  const holds = await history.ask('holds', null);
  const rows = holds.map(({ holdId, reason: why, setBy, setAt, releasedAt }) => [holdId, why, setBy, setAt, releasedAt]);
  return { value: holds, text: textTable(['hold', 'reason', 'set by', 'set at', 'released at'], rows) };
}

async function release({ history, config }: App, holdId: string): Promise<Answer> {
  const released = await history.ask('releaseHold', { holdId, by: config.user });
  return { value: released, text: `Released: ${holdId}.\n` };
}

function zoneOf(config: App['config']): string {
  return config.usable()?.settings.zone ?? 'UTC';
}
