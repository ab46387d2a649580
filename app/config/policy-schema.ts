/** The keys by which both files say how databases and queries are treated. Each level may say a part; the one below it holds. */
import * as z from 'zod';
import { milliseconds, optional } from './schema-parts.ts';

const msOrNone = z.union([milliseconds, z.literal('none')], { error: 'Write whole milliseconds up to 86400000, or none.' });
const amount = z.union([z.int().min(1), z.literal('none')], { error: 'Write a whole number of at least 1, or none.' });

/** `{soft, hard}` of one amount. */
function limit(what: string) {
  return optional(
    z.strictObject({
      soft: optional(amount, `${what}: above it there is a warning`),
      hard: optional(amount, `${what}: above it the source is ended`),
    }),
    `${what}: soft and hard limit`,
  );
}

/** A budget's amounts; any of them, and either limit, may be left out. */
const budgetSchema = z
  .strictObject({
    rows: limit('Rows'),
    bytes: limit('Bytes in spools'),
    database_seconds: limit('Seconds that databases work'),
    statements: limit('Statements sent'),
  })
  .meta({ id: 'budget' });

/** A key that holds a budget. */
export function budget(description: string) {
  return optional(budgetSchema, description);
}

const of = (level: string, what: string) => `${what} (default: ${level})`;

/** How one attempt after another is made. `level` says in words where a default comes from. */
const retryKeys = (levels: { readonly retries: string; readonly delays: string; readonly jitter: string }) => ({
  retries: optional(z.int().min(0).max(20), of(levels.retries, 'Further attempts after one that failed but may succeed later')),
  retry_delays_ms: optional(
    z.array(z.int().min(0).max(86_400_000)).min(1).max(20),
    of(levels.delays, 'Waits before these attempts in milliseconds; the last one holds for all that follow'),
  ),
  retry_jitter: optional(z.number().min(0).max(1), of(levels.jitter, 'Share by which each wait is varied, 0 to 1')),
});

/** How many values of a list stand in one statement. */
const chunkKey = (level: string) => ({
  chunk: optional(
    z.int().min(1).max(10_000),
    of(level, 'Values of a list in one statement, on Oracle at most 1000; a longer list takes several'),
  ),
});

/** How a database is spared. */
const databasePolicyKeys = (levels: {
  readonly rateLimit: string;
  readonly breaker: string;
  readonly health: string;
  readonly check: string;
}) => ({
  rate_limit: optional(
    z.strictObject({
      queries: optional(z.int().min(1).max(1_000_000), 'Statements that may begin in the time of per_ms'),
      per_ms: optional(milliseconds, 'The time in milliseconds'),
    }),
    of(levels.rateLimit, 'Statements that may begin on a database in a stretch of time'),
  ),
  breaker: optional(
    z.strictObject({
      failures: optional(z.int().min(1).max(1000), 'Failures in a row after which an endpoint is left alone'),
      open_ms: optional(milliseconds, 'How long it is left alone, in milliseconds'),
    }),
    of(levels.breaker, 'When an endpoint that fails is left alone, and for how long'),
  ),
  health_check_ms: optional(msOrNone, of(levels.health, 'Pause between the pings of an idle database in milliseconds, or none')),
  check_timeout_ms: optional(milliseconds, of(levels.check, 'Limit of a check or a ping in milliseconds')),
});

/** The keys of `query` in the settings. */
export const policySettings = {
  ...retryKeys({ retries: '3', delays: '[1000, 5000, 15000]', jitter: '0.2' }),
  ...chunkKey('1000'),
  ...databasePolicyKeys({ rateLimit: '100 in 60000 ms', breaker: '4 failures, 30000 ms', health: 'none', check: '30000' }),
  partial_confidence_penalty: optional(
    z.number().min(0).max(10),
    'Exponent by which a missing part lowers the confidence: base × coverage ^ penalty (default 1)',
  ),
};

/** The same keys of one database. */
export const policyOfDatabase = {
  ...retryKeys({ retries: 'query.retries', delays: 'query.retry_delays_ms', jitter: 'query.retry_jitter' }),
  ...chunkKey('query.chunk'),
  ...databasePolicyKeys({
    rateLimit: 'query.rate_limit',
    breaker: 'query.breaker',
    health: 'query.health_check_ms',
    check: 'query.check_timeout_ms',
  }),
  budget: budget('Limits of this database in one run (default: budget.database)'),
};

const database = "the database's";

/** Those of one query. */
export const policyOfQuery = {
  ...retryKeys({ retries: database, delays: database, jitter: database }),
  ...chunkKey(database),
  budget: budget('Limits of this query alone in one run (default: none)'),
};

/** A budget as its schema gives it. */
export type RawBudget = z.output<typeof budgetSchema>;

/** The keys of a database or of the settings, as their schemas give them. */
export type RawDatabasePolicy = Partial<z.output<z.ZodObject<ReturnType<typeof databasePolicyKeys>>>>;
/** The keys that a query may have too. */
export type RawQueryPolicy = Partial<z.output<z.ZodObject<ReturnType<typeof retryKeys> & ReturnType<typeof chunkKey>>>>;
