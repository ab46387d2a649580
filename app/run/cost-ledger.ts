/**
 * What a run has cost, by source, by database and altogether, and whose limit is passed. What has been spent stays spent: rows of
 * an attempt that failed have been read all the same.
 *
 * A source's own hard limits on rows, bytes and time hold exactly, in its worker. Those of a database and of the run are looked at
 * with every figure that comes from a worker, which is ten times a second.
 */
import { amountInWords, type BudgetReason } from '../model/budget-reached.ts';
import { addCost, amountOf, type Budget, budgetAmounts, type Cost, noCost } from '../model/policy.ts';
import type { PlannedDatabase, PlannedSource } from '../model/plan.ts';
import type { RunWarning } from '../model/run.ts';

/** Told once for each soft limit that is passed. */
export type OnWarning = (warning: Omit<RunWarning, 'at'>) => void;

/** The accounts of one run, or of one round of it. */
export class CostLedger {
  readonly #run: Account;
  readonly #databases: ReadonlyMap<string, Account>;
  readonly #onWarning: OnWarning;

  /** @param budget that of the whole run */
  constructor(budget: Budget, databases: readonly PlannedDatabase[], onWarning: OnWarning) {
    this.#onWarning = onWarning;
    this.#run = new Account('run', budget, (limit) => {
      onWarning({ message: `The run has passed its soft limit of ${limit}.` });
    });
    this.#databases = new Map(databases.map(({ name, policy }) => [name, this.#accountOf(name, policy.budget)]));
  }

  /** The account of a source; one for all its attempts. */
  source({ id, database, policy }: PlannedSource): SourceCost {
    const own = new Account('query', policy.budget, (limit) => {
      this.#onWarning({ source: id, message: `${id} has passed its soft limit of ${limit}.` });
    });
    return new SourceCost([own, this.#databases.get(database), this.#run].filter((account) => account !== undefined));
  }

  #accountOf(database: string, budget: Budget): Account {
    return new Account('database', budget, (limit) => {
      this.#onWarning({ database, message: `The database ${database} has passed its soft limit of ${limit}.` });
    });
  }
}

/** What one source costs, put on the accounts of its database and its run too. */
export class SourceCost {
  /** Its own, its database's, the run's. */
  readonly #accounts: readonly Account[];
  #before: Cost = noCost;
  #attempt: Cost = noCost;

  constructor(accounts: readonly Account[]) {
    this.#accounts = accounts;
  }

  /** Of all attempts, the one in hand included. */
  get total(): Cost {
    return addCost(this.#before, this.#attempt);
  }

  /** Of the attempts before the one in hand. */
  get before(): Cost {
    return this.#before;
  }

  /** One more statement is about to be sent. Returns why it must not be. */
  statement(): BudgetReason | undefined {
    const refusal = this.#accounts.map((account) => account.refusalOfStatement()).find((reason) => reason !== undefined);
    if (refusal === undefined) this.#set({ ...this.#attempt, statements: this.#attempt.statements + 1 });
    return refusal;
  }

  /** The attempt in hand has cost so much until now. Returns the limit that is passed. */
  update(cost: Cost): BudgetReason | undefined {
    // Statements have been counted when they were allowed.
    this.#set({ ...cost, statements: Math.max(cost.statements, this.#attempt.statements) });
    return this.#accounts.map((account) => account.passed()).find((reason) => reason !== undefined);
  }

  /** The attempt has ended; without a figure the last one stands. */
  endAttempt(cost: Cost = this.#attempt): void {
    this.#set(cost);
    this.#before = this.total;
    this.#attempt = noCost;
  }

  #set(cost: Cost): void {
    const { rows, bytes, statements, databaseMs } = this.#attempt;
    this.#attempt = cost;
    for (const account of this.#accounts)
      account.add(addCost(cost, { rows: -rows, bytes: -bytes, statements: -statements, databaseMs: -databaseMs }));
  }
}

class Account {
  readonly #owner: BudgetReason['owner'];
  readonly #budget: Budget;
  readonly #onSoft: (limit: string) => void;
  readonly #warned = new Set<string>();
  #spent: Cost = noCost;

  constructor(owner: BudgetReason['owner'], budget: Budget, onSoft: (limit: string) => void) {
    this.#owner = owner;
    this.#budget = budget;
    this.#onSoft = onSoft;
  }

  add(cost: Cost): void {
    this.#spent = addCost(this.#spent, cost);
    for (const amount of budgetAmounts) {
      const { soft } = this.#budget[amount];
      if (soft === undefined || amountOf(this.#spent, amount) <= soft || this.#warned.has(amount)) continue;
      this.#warned.add(amount);
      this.#onSoft(amountInWords(amount, soft));
    }
  }

  refusalOfStatement(): BudgetReason | undefined {
    const { hard } = this.#budget.statements;
    if (hard !== undefined && this.#spent.statements + 1 > hard)
      return { kind: 'budget', owner: this.#owner, amount: 'statements', limit: hard };
    return this.passed();
  }

  passed(): BudgetReason | undefined {
    for (const amount of budgetAmounts) {
      const { hard } = this.#budget[amount];
      if (hard !== undefined && amountOf(this.#spent, amount) > hard) return { kind: 'budget', owner: this.#owner, amount, limit: hard };
    }
    return undefined;
  }
}
