/** How long a run will take and what it will cost, by what its sources took before. */
import { amountInWords } from '../model/budget-reached.ts';
import type { PlannedDatabase, PlannedSource, RunEstimate, SourceId } from '../model/plan.ts';
import { type Budget, type BudgetAmount, budgetAmounts } from '../model/policy.ts';

/** What a source usually takes. */
export interface UsualCost {
  readonly durationMs: number;
  readonly rows: number;
  readonly bytes: number;
  readonly statements: number;
}

/** Usual costs by source; a source without a history is not in it. */
export type UsualCosts = ReadonlyMap<SourceId, UsualCost>;

/** What is going to be executed. */
export interface Execution {
  readonly sources: readonly PlannedSource[];
  readonly databases: readonly PlannedDatabase[];
  /** Database processes at a time. */
  readonly maxFanout: number;
  /** Of the whole run. */
  readonly budget: Budget;
}

/** More sentences than these would hide what matters. */
const mostNotes = 10;

/**
 * The time the sources take at least: as long as the longest chain of them, as the busiest database with all its connections
 * in use, and as all databases together with all processes in use. `undefined` where nothing is known.
 */
export function estimateRun({ sources, databases, maxFanout }: Execution): RunEstimate | undefined {
  const known = sources.filter((source) => source.estimatedMs !== undefined).length;
  if (known === 0) return undefined;
  const byDatabase = sourcesByDatabase(sources);
  const workMs = databases.map(({ name, maxConcurrency }) => {
    const ofDatabase = byDatabase.get(name) ?? [];
    return ofDatabase.reduce((sum, { estimatedMs = 0 }) => sum + estimatedMs, 0) / maxConcurrency;
  });
  const busiest = workMs.reduce((most, ms) => Math.max(most, ms), 0);
  const together = workMs.reduce((sum, ms) => sum + ms, 0) / maxFanout;
  return { durationMs: Math.round(Math.max(longestChainMs(sources), together, busiest)), known, of: sources.length };
}

/** One sentence for every limit of the run, of a database or of a source that its usual cost is above. */
export function budgetNotes({ sources, databases, budget }: Execution, costs: UsualCosts): string[] {
  if (costs.size === 0) return [];
  const byDatabase = sourcesByDatabase(sources);
  const notes = [
    ...overruns('The run', budget, sources, costs),
    ...databases.flatMap(({ name, policy }) => overruns(`The database ${name}`, policy.budget, byDatabase.get(name) ?? [], costs)),
    ...sources.flatMap((source) => overruns(source.id, source.policy.budget, [source], costs)),
  ];
  if (notes.length <= mostNotes) return notes;
  return [...notes.slice(0, mostNotes), `${String(notes.length - mostNotes)} more budgets are too small for what is usual.`];
}

function overruns(who: string, budget: Budget, sources: readonly PlannedSource[], costs: UsualCosts): string[] {
  return budgetAmounts.flatMap((amount) => {
    const { soft = Infinity, hard = Infinity } = budget[amount];
    if (soft === Infinity && hard === Infinity) return [];
    const usual = sources.reduce((sum, { id }) => sum + usualAmount(amount, costs, id), 0);
    if (usual <= soft && usual <= hard) return [];
    const [kind, limit] = usual > hard ? (['hard', hard] as const) : (['soft', soft] as const);
    const inWords = (value: number): string => amountInWords(amount, value);
    return [`${who} usually takes ${inWords(usual)}, which is above the ${kind} limit of ${inWords(limit)}.`];
  });
}

function usualAmount(amount: BudgetAmount, costs: UsualCosts, id: SourceId): number {
  const cost = costs.get(id);
  if (cost === undefined) return 0;
  return amount === 'databaseSeconds' ? cost.durationMs / 1000 : cost[amount];
}

function sourcesByDatabase(sources: readonly PlannedSource[]): ReadonlyMap<string, readonly PlannedSource[]> {
  return Map.groupBy(sources, (source) => source.database);
}

function longestChainMs(sources: readonly PlannedSource[]): number {
  const endMs = new Map<SourceId, number>();
  let longest = 0;
  const inOrder = sources.some((source) => source.level > 0) ? [...sources].sort((a, b) => a.level - b.level) : sources;
  for (const { id, after, estimatedMs = 0 } of inOrder) {
    const begin = after.reduce((latest, parent) => Math.max(latest, endMs.get(parent) ?? 0), 0);
    const end = begin + estimatedMs;
    endMs.set(id, end);
    longest = Math.max(longest, end);
  }
  return longest;
}
