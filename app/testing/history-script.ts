/** A history as a team might make it, the same for the same seed. */
import type { ExecutionRecord, ExecutionStatus } from '../history/records.ts';
import { instantFromMs } from '../model/instant.ts';
import { sampleExecution } from './history-events.ts';
import { randomNumbers } from './history-reference.ts';

/** How large. */
export interface HistoryScript {
  readonly seed: number;
  readonly executions: number;
  /** The last execution starts before this, the first up to `days` before it. */
  readonly endMs: number;
  readonly days: number;
  readonly users: number;
  readonly queries: number;
}

const types = ['oracle', 'postgres', 'duckdb'] as const;
const ends: readonly (readonly [number, ExecutionStatus])[] = [
  [0.9, 'success'],
  [0.92, 'partial'],
  [0.95, 'timeout'],
  [0.97, 'failed'],
  [0.98, 'error'],
  [0.985, 'cancelled'],
  [0.99, 'skipped'],
  [0.995, 'budget'],
  [1, 'interrupted'],
];

/** The executions in the order of their starts. */
export function* scriptedExecutions(script: HistoryScript): Generator<ExecutionRecord> {
  const random = randomNumbers(script.seed);
  for (let number = 0; number < script.executions; number += 1) {
    const startMs = script.endMs - Math.floor((1 - (number + random()) / script.executions) * script.days * 86_400_000) - 1;
    // Some users and some queries are much more frequent than others.
    const user = Math.floor(script.users * random() ** 2);
    const query = Math.floor(script.queries * random() ** 1.5);
    const draw = random();
    const status = ends.find(([limit]) => draw < limit)?.[1] ?? 'success';
    const seconds = status === 'timeout' ? 300 : Math.round(1000 * Math.exp(4 * random() ** 2 - 2)) / 1000;
    const isTimed = status !== 'skipped' && status !== 'interrupted';
    const answered = status === 'success' || status === 'partial';
    const errorCode =
      answered || status === 'cancelled' ? null : status === 'failed' ? `ORA-0${String(1000 + (query % 4))}` : `query.${status}`;
    yield sampleExecution({
      executionId: `run-${String(number >> 2)}:${String((number & 3) + 1)}:1`,
      runId: `run-${String(number >> 2)}`,
      userId: `X${String(100_000 + user)}`,
      queryName: `query ${String(query)}`,
      databaseName: `database_${String(query % 8)}`,
      databaseType: types[query % types.length] ?? 'oracle',
      status,
      executionTime: isTimed ? seconds : null,
      totalRows: answered ? Math.floor(5000 * random() ** 2) : null,
      returnedRows: null,
      attempts: status === 'skipped' ? 0 : 1,
      errorMessage: errorCode === null ? null : `It ended with ${errorCode}.`,
      errorType: errorCode === null ? null : `query.${status}`,
      errorCode,
      startedAt: instantFromMs(startMs),
      completedAt: instantFromMs(startMs + seconds * 1000),
    });
  }
}
