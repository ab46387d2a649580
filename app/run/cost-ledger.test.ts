import { describe, expect, it } from 'vitest';
import { type Budget, type Cost, unlimitedBudget } from '../model/policy.ts';
import type { RunWarning } from '../model/run.ts';
import { sampleDatabasePolicy, samplePlan, samplePlannedSource, sampleQueryPolicy } from '../testing/builders.ts';
import { CostLedger, type SourceCost } from './cost-ledger.ts';

const cost = (change: Partial<Cost>): Cost => ({ rows: 0, bytes: 0, statements: 1, databaseMs: 0, ...change });

function ledgerOf(budgets: { readonly run?: Partial<Budget>; readonly database?: Partial<Budget>; readonly query?: Partial<Budget> }) {
  const warnings: Omit<RunWarning, 'at'>[] = [];
  const [database] = samplePlan(1).databases;
  const ledger = new CostLedger(
    { ...unlimitedBudget, ...budgets.run },
    [{ ...database!, policy: { ...sampleDatabasePolicy, budget: { ...unlimitedBudget, ...budgets.database } } }],
    (warning) => warnings.push(warning),
  );
  const source = (query: string, name = database!.name): SourceCost =>
    ledger.source(
      samplePlannedSource({
        database: name,
        query,
        policy: { ...sampleQueryPolicy, budget: { ...unlimitedBudget, ...budgets.query } },
      }),
    );
  return { warnings, source };
}

describe('the cost of a source', () => {
  it('is that of all its attempts: what a failed one has read stays spent', () => {
    const source = ledgerOf({}).source('a');
    expect(source.statement()).toBeUndefined();
    source.update(cost({ rows: 10, bytes: 100, databaseMs: 5 }));
    source.endAttempt(cost({ rows: 12, bytes: 120, databaseMs: 6 }));
    expect(source.statement()).toBeUndefined();
    source.update(cost({ rows: 3 }));
    expect(source.before).toEqual({ rows: 12, bytes: 120, statements: 1, databaseMs: 6 });
    expect(source.total).toEqual({ rows: 15, bytes: 120, statements: 2, databaseMs: 6 });
  });

  it('keeps its last figure where an attempt ends without one, because its process died', () => {
    const source = ledgerOf({}).source('a');
    source.statement();
    source.update(cost({ rows: 10 }));
    source.endAttempt();
    expect(source.total).toMatchObject({ rows: 10, statements: 1 });
  });
});

describe('a hard limit', () => {
  it('of a database is passed by all its sources together, and is no other database’s', () => {
    const { source } = ledgerOf({ database: { rows: { hard: 100 } } });
    const [one, two, other] = [source('a'), source('b'), source('a', 'another')];
    expect(one.update(cost({ rows: 60 }))).toBeUndefined();
    expect(other.update(cost({ rows: 1000 }))).toBeUndefined();
    expect(two.update(cost({ rows: 40 }))).toBeUndefined();
    expect(two.update(cost({ rows: 41 }))).toEqual({ kind: 'budget', owner: 'database', amount: 'rows', limit: 100 });
  });

  it('of the run is passed by all databases together', () => {
    const { source } = ledgerOf({ run: { databaseSeconds: { hard: 2 } } });
    expect(source('a').update(cost({ databaseMs: 1500 }))).toBeUndefined();
    expect(source('a', 'another').update(cost({ databaseMs: 501 }))).toEqual({
      kind: 'budget',
      owner: 'run',
      amount: 'databaseSeconds',
      limit: 2,
    });
  });

  it('on statements refuses the first one that is too much, whoever sends it, and takes it for sent from then on', () => {
    const { source } = ledgerOf({ database: { statements: { hard: 2 } } });
    const [one, two] = [source('a'), source('b')];
    expect([one.statement(), one.statement()]).toEqual([undefined, undefined]);
    // The worker has told of the first only.
    expect(one.update(cost({ statements: 1 }))).toBeUndefined();
    expect(two.statement()).toEqual({ kind: 'budget', owner: 'database', amount: 'statements', limit: 2 });
    // One that was allowed and never sent, because the logon failed, is given back.
    one.endAttempt(cost({ statements: 1 }));
    expect(two.statement()).toBeUndefined();
  });

  it('that is reached but not passed refuses nothing', () => {
    const { source } = ledgerOf({ run: { rows: { hard: 10 } } });
    expect(source('a').update(cost({ rows: 10 }))).toBeUndefined();
    expect(source('b').statement()).toBeUndefined();
  });
});

describe('a soft limit', () => {
  it('warns once, with whose it is', () => {
    const { source, warnings } = ledgerOf({
      run: { rows: { soft: 30 } },
      database: { rows: { soft: 20 } },
      query: { rows: { soft: 10 }, bytes: { soft: 1 } },
    });
    const one = source('a');
    one.update(cost({ rows: 10 }));
    expect(warnings).toEqual([]);
    one.update(cost({ rows: 21 }));
    one.update(cost({ rows: 40 }));
    expect(warnings).toEqual([
      { source: 'database_1/a', message: 'database_1/a has passed its soft limit of 10 rows.' },
      { database: 'database_1', message: 'The database database_1 has passed its soft limit of 20 rows.' },
      { message: 'The run has passed its soft limit of 30 rows.' },
    ]);
  });
});
