import { expect, it } from 'vitest';
import { initialRunState, reduceRun } from '../model/run-reducer.ts';
import type { RunPlan } from '../model/plan.ts';
import type { RunState } from '../model/run.ts';
import { samplePlan } from '../testing/builders.ts';
import { oldRuns } from './old-runs.ts';

const at = '2026-11-20T14:00:00.000000Z';

function run(runId: string, change: Partial<RunPlan> = {}, hasEnded = true): { readonly plan: RunPlan; readonly state: RunState } {
  const plan = samplePlan(1, { runId, ...change });
  const started = initialRunState(plan, at);
  return { plan, state: hasEnded ? reduceRun(started, { kind: 'run-ended', at, outcome: 'failed' }) : started };
}

const many = (name: string, count: number, change: Partial<RunPlan> = {}) =>
  Array.from({ length: count }, (_, index) => run(`${name} ${String(index + 1)}`, change));
const idsOf = (runs: ReturnType<typeof oldRuns>): readonly string[] => runs.map(({ plan }) => plan.runId);

it('of more than ten runs the oldest are closed, those of schedules first, and never one that goes on', () => {
  expect(idsOf(oldRuns(many('own', 10), new Set()))).toEqual([]);
  const runs = [run('going on', {}, false), ...many('own', 9), ...many('planned', 2, { schedule: 'hourly' })];
  expect(idsOf(oldRuns(runs, new Set()))).toEqual(['planned 1', 'planned 2']);
  expect(idsOf(oldRuns([run('going on', {}, false), ...many('own', 11)], new Set()))).toEqual(['own 1', 'own 2']);
});

it('runs that were opened for another program push out only each other, never what a person looks at', () => {
  const others = many('other', 7);
  const aside = new Set(others.map(({ plan }) => plan.runId));
  expect(idsOf(oldRuns([...many('own', 10), ...others], aside))).toEqual(['other 1', 'other 2']);
  expect(idsOf(oldRuns([...others.slice(0, 5), ...many('own', 11)], aside))).toEqual(['own 1']);
});
