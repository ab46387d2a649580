/** Resolves how a run, a database and a query are treated: each level takes from the one above it what it does not say itself. */
import {
  type Budget,
  type BudgetAmount,
  budgetAmounts,
  type DatabasePolicy,
  type Limit,
  type QueryPolicy,
  type RetryPolicy,
  unlimitedBudget,
} from '../model/policy.ts';
import type { RawBudget, RawDatabasePolicy, RawQueryPolicy } from './policy-schema.ts';
import type { KeyPath, YamlSource } from './yaml-source.ts';

/** What a query has in common with all others of its level. */
export type QueryDefaults = Pick<QueryPolicy, 'retry' | 'chunk'>;

/** What holds where nothing is said. */
export const shippedDatabasePolicy: DatabasePolicy = {
  rateLimit: { queries: 100, perMs: 60_000 },
  breaker: { threshold: 4, openMs: 30_000 },
  checkTimeoutMs: 30_000,
  budget: unlimitedBudget,
};
/** What holds for queries where nothing is said. */
export const shippedQueryDefaults: QueryDefaults = { retry: { retries: 3, delaysMs: [1_000, 5_000, 15_000], jitter: 0.2 }, chunk: 1_000 };

/** A database's policy; `budget` is resolved apart, because only it can be wrong in a way that a schema does not see. */
export function databasePolicyOf(raw: RawDatabasePolicy, above: DatabasePolicy, budget: Budget): DatabasePolicy {
  const { healthCheckMs: aboveHealth } = above;
  const healthCheckMs = raw.health_check_ms === 'none' ? undefined : (raw.health_check_ms ?? aboveHealth);
  return {
    rateLimit: { queries: raw.rate_limit?.queries ?? above.rateLimit.queries, perMs: raw.rate_limit?.per_ms ?? above.rateLimit.perMs },
    breaker: { threshold: raw.breaker?.failures ?? above.breaker.threshold, openMs: raw.breaker?.open_ms ?? above.breaker.openMs },
    ...(healthCheckMs === undefined ? {} : { healthCheckMs }),
    checkTimeoutMs: raw.check_timeout_ms ?? above.checkTimeoutMs,
    budget,
  };
}

/** What holds for the queries of a level. */
export function queryDefaultsOf(raw: RawQueryPolicy, above: QueryDefaults): QueryDefaults {
  const retry: RetryPolicy = {
    retries: raw.retries ?? above.retry.retries,
    delaysMs: raw.retry_delays_ms ?? above.retry.delaysMs,
    jitter: raw.retry_jitter ?? above.retry.jitter,
  };
  return { retry, chunk: raw.chunk ?? above.chunk };
}

const keyOf: Readonly<Record<BudgetAmount, keyof RawBudget>> = {
  rows: 'rows',
  bytes: 'bytes',
  databaseSeconds: 'database_seconds',
  statements: 'statements',
};

/** The budget at `path`; `none` takes a limit of the level above off. A soft limit above its hard one is reported. */
export function readBudget(source: YamlSource, path: KeyPath, raw: RawBudget | null | undefined, above: Budget): Budget {
  if (raw === null || raw === undefined) return above;
  const resolved = (amount: BudgetAmount): Limit => {
    const key = keyOf[amount];
    const own = raw[key] ?? {};
    const limit = limitOf(own.soft, above[amount].soft, own.hard, above[amount].hard);
    if (limit.soft !== undefined && limit.hard !== undefined && limit.soft > limit.hard) {
      const message = `The soft limit ${limit.soft} is above the hard limit ${limit.hard}, so it would never warn.`;
      const written = typeof own.soft === 'number' ? 'soft' : 'hard';
      source.report([...path, key, written], message, 'Write a soft limit below the hard one, or soft: none.');
    }
    return limit;
  };
  return Object.fromEntries(budgetAmounts.map((amount) => [amount, resolved(amount)])) as Record<BudgetAmount, Limit>;
}

type RawLimit = number | 'none' | null | undefined;

function limitOf(rawSoft: RawLimit, aboveSoft: number | undefined, rawHard: RawLimit, aboveHard: number | undefined): Limit {
  const soft = rawSoft === 'none' ? undefined : (rawSoft ?? aboveSoft);
  const hard = rawHard === 'none' ? undefined : (rawHard ?? aboveHard);
  return { ...(soft === undefined ? {} : { soft }), ...(hard === undefined ? {} : { hard }) };
}
