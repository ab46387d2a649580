/**
 * How a run treats its databases: limits, retries, budgets. The configuration resolves every value from setting to database
 * to query, so whoever is given a policy uses it as it is and merges no defaults.
 */

/** How often and after which waits a failed attempt is made again. */
export interface RetryPolicy {
  /** Further attempts after the first. */
  readonly retries: number;
  /** Wait before retry 1, 2, … in milliseconds; the last one holds for all that follow. */
  readonly delaysMs: readonly number[];
  /** Each wait is varied by up to this share, 0..1. */
  readonly jitter: number;
}

/** At most `queries` statements begin on a database in any stretch of `perMs` milliseconds. */
export interface RateLimitPolicy {
  readonly queries: number;
  readonly perMs: number;
}

/** When an endpoint is left alone: after `threshold` failures in a row, for `openMs` milliseconds. */
export interface BreakerPolicy {
  readonly threshold: number;
  readonly openMs: number;
}

/** Two limits of one amount, both included in what is allowed. Soft warns, hard ends; an absent one does not exist. */
export interface Limit {
  readonly soft?: number;
  readonly hard?: number;
}

/** What is limited: rows, bytes in spools, seconds that a database works, statements sent. */
export const budgetAmounts = ['rows', 'bytes', 'databaseSeconds', 'statements'] as const;
/** One of the amounts. */
export type BudgetAmount = (typeof budgetAmounts)[number];
/** The limits of a run, of a database in a run, or of a source. */
export type Budget = Readonly<Record<BudgetAmount, Limit>>;

/** A budget without any limit. */
export const unlimitedBudget: Budget = Object.freeze({ rows: {}, bytes: {}, databaseSeconds: {}, statements: {} });

/** What something has cost its databases, failed attempts included: what has been spent does not come back. */
export interface Cost {
  /** Rows that have come, whether they were kept or not. */
  readonly rows: number;
  /** Bytes written to spools. */
  readonly bytes: number;
  readonly statements: number;
  /** From a statement's start to the end of its result. */
  readonly databaseMs: number;
}

/** Nothing yet. */
export const noCost: Cost = Object.freeze({ rows: 0, bytes: 0, statements: 0, databaseMs: 0 });

/** Both together. */
export function addCost(a: Cost, b: Cost): Cost {
  return {
    rows: a.rows + b.rows,
    bytes: a.bytes + b.bytes,
    statements: a.statements + b.statements,
    databaseMs: a.databaseMs + b.databaseMs,
  };
}

/** The cost in the unit in which an amount is limited. */
export function amountOf(cost: Cost, amount: BudgetAmount): number {
  return amount === 'databaseSeconds' ? cost.databaseMs / 1000 : cost[amount];
}

/** How a whole run is judged and bounded. */
export interface RunPolicy {
  /** Exponent of {@link confidenceOf}. */
  readonly partialConfidencePenalty: number;
  /** Of all sources of a run together. */
  readonly budget: Budget;
}

/** How a database is treated, besides its `maxConcurrency` and `connectTimeoutMs`. */
export interface DatabasePolicy {
  /** Shared by all queries of the database. */
  readonly rateLimit: RateLimitPolicy;
  /** Of each of its endpoints. */
  readonly breaker: BreakerPolicy;
  /** Pause between the pings of an idle database in milliseconds; absent: no pings. */
  readonly healthCheckMs?: number;
  /** Limit of a check, a ping or another small look-up, in milliseconds. */
  readonly checkTimeoutMs: number;
  /** Of all its sources in one run together. */
  readonly budget: Budget;
}

/** How a query is treated, besides its `timeoutMs`. */
export interface QueryPolicy {
  readonly retry: RetryPolicy;
  /** Of one source in one run. */
  readonly budget: Budget;
  /** Values of a list in one statement; a longer list takes several statements. */
  readonly chunk: number;
}

/**
 * How sure an answer is of which only a part came in: `base × coverage ^ penalty`. With a penalty of 1 it falls as the
 * coverage does, with 2 faster, with 0 a partial answer is as good as a whole one; without any answer it is 0.
 * @param base what it would be with all answers, 0..1
 * @param coverage answered / expected, 0..1
 */
export function confidenceOf(base: number, coverage: number, penalty: number): number {
  return coverage === 0 ? 0 : base * coverage ** penalty;
}
