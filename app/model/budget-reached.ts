/** What is said about limits that were reached. */
import type { AbortReason } from '../base/abort.ts';
import { failure } from './failure.ts';
import type { BudgetAmount } from './policy.ts';
import type { SourceOutcome } from './run.ts';

/** Why a budget ended something. */
export type BudgetReason = Extract<AbortReason, { kind: 'budget' }>;

/** Whose limit it is. */
export type BudgetOwner = BudgetReason['owner'];

const actions: Readonly<Record<BudgetOwner, string>> = {
  query: 'Narrow the query, or raise budget for it in databases.yaml.',
  database: 'Narrow the queries of this database, or raise budget for it in databases.yaml.',
  run: 'Narrow the queries, or raise budget.run in the settings.',
};

/**
 * The outcome of a source that a hard limit has ended.
 * @param rows so many had come until then; none of them counts
 * @param doubt what is not known about the end of the statement, to stand at the end of the sentence
 */
export function budgetOutcome(reason: BudgetReason, rows: number, doubt?: string): Extract<SourceOutcome, { kind: 'budget' }> {
  const begin = `The budget of ${nameOf[reason.owner]}, ${amountInWords(reason.amount, reason.limit)}, was reached`;
  const at = reason.owner === 'query' && reason.amount === 'rows' ? '' : ` at ${amountInWords('rows', rows)} of this query`;
  const message = `${begin}${at}${doubt === undefined ? '' : `; ${doubt}`}.`;
  return { kind: 'budget', rows, failure: failure('budget.exceeded', { message, action: actions[reason.owner] }) };
}

const nameOf: Readonly<Record<BudgetOwner, string>> = { query: 'the query', database: 'the database', run: 'the run' };

/** `1,000 rows`, `3,600 database seconds`. */
export function amountInWords(amount: BudgetAmount, value: number): string {
  const number = Math.round(value);
  return `${number.toLocaleString('en')} ${number === 1 ? unitOf[amount].slice(0, -1) : unitOf[amount]}`;
}

const unitOf: Readonly<Record<BudgetAmount, string>> = {
  rows: 'rows',
  bytes: 'bytes',
  databaseSeconds: 'database seconds',
  statements: 'statements',
};
