/** `cam plan`: what a run would do, without doing it. */
import type { PlannedDatabase, PlannedSource, RunEstimate, RunPlan } from '../../model/plan.ts';
import { formatInZone } from '../../model/zoned-time.ts';
import { type CoreOptions, startCore } from '../core.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { inProcessClient } from './in-process-client.ts';
import { preflightWarnings } from './preflight-text.ts';
import { reportProblems } from './problems.ts';
import type { Terminal } from './terminal.ts';
import { textTable } from './text-table.ts';

/** Options of `cam plan`, as commander gives them. */
export interface PlanOptions extends Omit<CoreOptions, 'host'> {
  readonly lastEvent: string;
  readonly zone?: string;
  readonly rule?: string;
  readonly windowHours?: number;
  /** Names of databases; absent: all. */
  readonly databases?: string[];
  readonly partition?: Record<string, string[]>;
  readonly json?: boolean;
}

/** Prints the plan. It is incomplete where a source would be left out. */
export async function planCommand(options: PlanOptions, terminal: Terminal): Promise<ExitCode> {
  const app = await startCore({ ...options, host: 'cli' });
  try {
    const { problems } = app.config.view();
    if (problems.length > 0) return reportProblems(problems, terminal, options.json === true);
    const client = inProcessClient(app);
    const preflight = await client.call('preflight.get', {});
    const plan = await client.call('run.plan', {
      lastEvent: options.lastEvent,
      ...(options.zone === undefined ? {} : { zone: options.zone }),
      ...(options.rule === undefined ? {} : { rule: options.rule }),
      ...(options.windowHours === undefined ? {} : { windowHours: options.windowHours }),
      ...(options.databases === undefined ? {} : { databases: options.databases }),
      ...(options.partition === undefined ? {} : { partitions: options.partition }),
    });
    terminal.out(options.json === true ? `${JSON.stringify(plan, null, 2)}\n` : readablePlan(plan, preflightWarnings(preflight)));
    return plan.unplanned.length > 0 ? exitCodes.incomplete : exitCodes.complete;
  } finally {
    await app.close();
  }
}

/** The plan as two tables and a few sentences; `warnings` about tickets and the client library among them. */
export function readablePlan(plan: RunPlan, warnings: readonly string[] = []): string {
  const inZone = (instant: string): string => formatInZone(instant, plan.zone);
  const left = new Map(plan.unplanned.map(({ source, failure }) => [source, failure]));
  const expected = plan.sources.length;
  const lines = [
    `Rule ${plan.rule.key}: ${plan.rule.title}.`,
    `Window ${inZone(plan.window.from)} to ${inZone(plan.window.to)} (${plan.zone}), rows from ${inZone(plan.startDate)} on.`,
    '',
    textTable(
      targetHeader,
      plan.databases.map((database) => targetCells(database, plan)),
    ),
    textTable(
      sourceHeader,
      inOrder(plan.sources).map((source) => sourceCells(source, left.has(source.id))),
    ),
    ...plan.unplanned.map(({ source, failure }) => `Left out: ${source}: ${failure.message} ${failure.action}`),
    ...plan.notes.map((note) => `Note: ${note}`),
    ...warnings,
    `${String(expected - left.size)} of ${String(expected)} expected ${expected === 1 ? 'source' : 'sources'} would run. ${limitsOf(plan)}`,
  ];
  return `${lines.join('\n')}\n`;
}

const targetHeader = ['database', 'driver', 'endpoints, in order', 'statements at a time', 'statements per time', 'connect within'];

function targetCells({ name, driver, endpoint, maxConcurrency, connectTimeoutMs, policy }: PlannedDatabase, plan: RunPlan): string[] {
  const endpoints = plan.sources.find((source) => source.database === name)?.endpoints ?? [];
  const { queries, perMs } = policy.rateLimit;
  const shown = endpoints.length === 0 ? `${endpoint} (left alone)` : endpoints.join(', ');
  return [name, driver, shown, String(maxConcurrency), `${String(queries)} in ${seconds(perMs)}`, seconds(connectTimeoutMs)];
}

const sourceHeader = ['order', 'source', 'strategy', 'changes', 'waits for', 'time limit', 'attempts', 'usually takes'];

function sourceCells(source: PlannedSource, isLeftOut: boolean): (string | null)[] {
  const { id, level, strategy, group, changeType, after, timeoutMs, policy, estimatedMs } = source;
  return [
    isLeftOut ? 'left out' : String(level + 1),
    id,
    group === undefined ? strategy : `${strategy} (${group})`,
    changeType,
    waitsFor(after),
    seconds(timeoutMs),
    `up to ${String(policy.retry.retries + 1)}`,
    estimatedMs === undefined ? null : seconds(estimatedMs),
  ];
}

/** In a large group everybody waits for everybody: then the number says more. */
function waitsFor(after: readonly string[]): string | null {
  if (after.length === 0) return null;
  return after.length <= 3 ? after.join(', ') : `${String(after.length)} sources`;
}

function inOrder(sources: readonly PlannedSource[]): readonly PlannedSource[] {
  return [...sources].sort((a, b) => a.level - b.level);
}

function limitsOf({ deadlineMs, estimate }: RunPlan): string {
  const deadline = deadlineMs === undefined ? 'No deadline.' : `Deadline ${seconds(deadlineMs)}.`;
  return estimate === undefined ? deadline : `${deadline} ${estimateInWords(estimate)}`;
}

function estimateInWords({ durationMs, known, of }: RunEstimate): string {
  return `It usually takes at least ${seconds(durationMs)}${known === of ? '' : ` (by the history of ${String(known)} of ${String(of)} sources)`}.`;
}

function seconds(ms: number): string {
  return ms < 1000 ? `${String(ms)} ms` : `${(ms / 1000).toLocaleString('en', { maximumFractionDigits: 1 })} s`;
}
