/** What the policies around an attempt cost by themselves. */
import { systemClock } from '../../app/base/clock.ts';
import type { DatabaseConfig } from '../../app/model/database.ts';
import { unlimitedBudget } from '../../app/model/policy.ts';
import { Breaker } from '../../app/resilience/breaker.ts';
import { DatabaseGate, type EndpointWatch } from '../../app/run/database-gate.ts';
import { LogonRefusal } from '../../app/resilience/logon-refusal.ts';
import { withPolicies } from '../../app/run/source-policy.ts';
import { type BenchRow, median } from './bench-row.ts';

const attempts = 20_000;
const rounds = 5;
/** Sources that ask at the same time, more than there are places. */
const sources = 8;

/** Attempts that end at once, through everything that lies around them. */
export async function benchPolicies(): Promise<readonly BenchRow[]> {
  const perAttempt: number[] = [];
  for (let round = 0; round <= rounds; round += 1) {
    const ms = await timeOf();
    // The first round warms up.
    if (round > 0) perAttempt.push(ms);
  }
  const value = median(perAttempt);
  const note = `${attempts.toLocaleString('en')} attempts of ${String(sources)} sources on one database, which end at once; median of ${String(rounds)}`;
  return [{ name: 'standby, retry, breaker, place and permit of an attempt', value, unit: 'ms', bar: '≤ 0.2', holds: value <= 0.2, note }];
}

async function timeOf(): Promise<number> {
  const gate = gateOf();
  const policy = {
    retry: { retries: 3, delaysMs: [1_000], jitter: 0.2 },
    endpoints: [database.endpoint, ...database.standbys],
    ...{ gate, logon: new LogonRefusal(), clock: systemClock, random: Math.random, onFollowed: () => undefined },
  };
  const { signal } = new AbortController();
  const begin = performance.now();
  await Promise.all(
    Array.from({ length: sources }, async () => {
      for (let number = 0; number < attempts / sources; number += 1) {
        await withPolicies(
          policy,
          ({ answered }) => {
            answered();
            return Promise.resolve();
          },
          signal,
        );
      }
    }),
  );
  return (performance.now() - begin) / attempts;
}

const database: DatabaseConfig = {
  name: 'bench',
  driver: 'duckdb',
  endpoint: { kind: 'duckdb', path: ':memory:' },
  standbys: [{ kind: 'duckdb', path: ':memory:' }],
  authentication: { kind: 'none' },
  zone: 'UTC',
  maxConcurrency: 4,
  connectTimeoutMs: 20_000,
  options: {},
  partitions: {},
  policy: {
    // Never reached, so that the queue is measured and not the waiting.
    rateLimit: { queries: 1_000_000, perMs: 60_000 },
    breaker: { threshold: 4, openMs: 30_000 },
    checkTimeoutMs: 30_000,
    budget: unlimitedBudget,
  },
  queries: [],
};

function gateOf(): DatabaseGate {
  const watches = new Map<unknown, EndpointWatch>();
  return new DatabaseGate(database, systemClock, (_database, endpoint) => {
    const nothing = (): void => undefined;
    const known = watches.get(endpoint) ?? {
      breaker: new Breaker(systemClock, database.policy.breaker),
      answered: nothing,
      failed: nothing,
    };
    watches.set(endpoint, known);
    return known;
  });
}
