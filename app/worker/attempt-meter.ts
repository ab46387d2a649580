/** What an attempt costs its database, counted while it is made, and its end where the source has no budget for more. */
import type { AbortReason } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import { type BudgetAmount, type Cost, noCost } from '../model/policy.ts';
import type { AttemptBudget } from './protocol.ts';

/** How often somebody is told while a statement runs, in milliseconds. */
const tickMs = 500;

/** The cost of one attempt. */
export class AttemptMeter {
  readonly #clock: Clock;
  readonly #budget: AttemptBudget;
  readonly #onReached: (reason: AbortReason) => void;
  #counted: Cost = noCost;
  /** When the statement in hand began. */
  #beganMs: number | undefined;
  #clearTick: () => void = () => undefined;
  #clearLimit: () => void = () => undefined;

  /** `onReached`: the source's budget is reached, and the attempt has to end for this reason. */
  constructor(clock: Clock, budget: AttemptBudget, onReached: (reason: AbortReason) => void) {
    this.#clock = clock;
    this.#budget = budget;
    this.#onReached = onReached;
  }

  /** The cost until now. */
  get cost(): Cost {
    const runningMs = this.#beganMs === undefined ? 0 : this.#clock.monotonicMs() - this.#beganMs;
    return { ...this.#counted, databaseMs: Math.round(this.#counted.databaseMs + runningMs) };
  }

  /** A statement is sent. Until {@link ended} the database works for it; `onTick` is called now and then meanwhile. */
  began(onTick: () => void): void {
    this.#counted = { ...this.#counted, statements: this.#counted.statements + 1 };
    this.#beganMs = this.#clock.monotonicMs();
    const leftMs = this.#left('databaseSeconds') * 1000;
    if (leftMs !== Infinity) {
      this.#clearLimit = this.#clock.setTimer(Math.max(0, leftMs), () => {
        this.#reached('databaseSeconds');
      });
    }
    this.#tick(onTick);
  }

  /** The statement's result is closed. Safe without one. */
  ended(): void {
    if (this.#beganMs === undefined) return;
    this.#counted = this.cost;
    this.#beganMs = undefined;
    this.#clearTick();
    this.#clearLimit();
  }

  /** Takes rows; returns how many of them are within the budget. Where that is not all of them, the attempt is ended. */
  take(rows: number): number {
    const allowed = Math.min(rows, this.#left('rows'));
    this.#counted = { ...this.#counted, rows: this.#counted.rows + allowed };
    if (allowed < rows) this.#reached('rows');
    return allowed;
  }

  /** What lies on the disk of this attempt. Where that is too much, the attempt is ended. */
  spooled(bytes: number): void {
    this.#counted = { ...this.#counted, bytes };
    if (this.#left('bytes') < 0) this.#reached('bytes');
  }

  /** What is left before the limit; below 0 it has been passed. */
  #left(amount: BudgetAmount): number {
    const limit = this.#budget.hard[amount] ?? Infinity;
    const { spent } = this.#budget;
    if (amount === 'databaseSeconds') return limit - (spent.databaseMs + this.cost.databaseMs) / 1000;
    return limit - spent[amount] - this.#counted[amount];
  }

  #reached(amount: BudgetAmount): void {
    this.#onReached({ kind: 'budget', owner: 'query', amount, limit: this.#budget.hard[amount] ?? 0 });
  }

  #tick(onTick: () => void): void {
    this.#clearTick = this.#clock.setTimer(tickMs, () => {
      onTick();
      this.#tick(onTick);
    });
  }
}
