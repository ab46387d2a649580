/** One statement on a session, from its transaction's begin to its end, and a cancel that waits for the server. */
import { DatabaseError } from 'pg';
import type Cursor from 'pg-cursor';
import { abort, abortReasonOf, AbortedError, childController, onAbort } from '../../base/abort.ts';
import { type Clock, sleep } from '../../base/clock.ts';
import { postgresError } from './postgres-errors.ts';
import type { PostgresSession } from './postgres-session.ts';

/** Pause after the first cancel request; it doubles. A request that comes before the statement has begun changes nothing, so it is repeated. */
const firstPauseMs = 50;
const longestPauseMs = 1000;
/** How long the server may take to accept one. */
const requestTimeoutMs = 5000;

/**
 * Runs the exchanges of one statement one after another. While the signal is aborted the server is asked to stop until it
 * has stopped; the exchange that waits then rejects with `AbortedError`, which is so the proof that nothing runs any more.
 */
export class RunningStatement {
  /** The text as sent, for the line in errors. */
  sql = '';
  readonly #session: PostgresSession;
  readonly #signal: AbortSignal;
  readonly #clock: Clock;
  readonly #over = new AbortController();
  readonly #stopListening: () => void;
  #hasTransaction = false;
  #cursor: Cursor<(string | null)[]> | undefined;
  #exchange: Promise<unknown> | undefined;
  #cancelling: Promise<void> | undefined;
  #hasCancelFailed = false;
  #ending: Promise<void> | undefined;

  constructor(session: PostgresSession, signal: AbortSignal, clock: Clock) {
    this.#session = session;
    this.#clock = clock;
    this.#signal = signal;
    this.#stopListening = onAbort(signal, () => {
      this.end().catch(() => undefined);
    });
  }

  /** True once {@link end} was called, by whomever. */
  get isOver(): boolean {
    return this.#ending !== undefined;
  }

  /** Begins the transaction, which {@link end} ends. @throws as {@link step} does */
  begin(tag: string): Promise<void> {
    this.#hasTransaction = true;
    return this.step(() => this.#session.begin(tag));
  }

  /**
   * One exchange. Its failure ends the statement.
   * @throws AbortedError once the signal is aborted and the server has let go; CamError otherwise
   */
  async step<T>(work: () => Promise<T>): Promise<T> {
    if (this.isOver) return this.#ended();
    const exchange = work();
    this.#exchange = exchange;
    let value: T;
    try {
      value = await exchange;
    } catch (error) {
      this.#exchange = undefined;
      this.#cursor = undefined;
      await this.end().catch(() => undefined);
      // Only an answer of the server proves that the statement is over there; a broken connection proves nothing.
      if (this.#signal.aborted && error instanceof DatabaseError) throw new AbortedError(abortReasonOf(this.#signal));
      throw postgresError(error, 'statement', this.sql);
    }
    this.#exchange = undefined;
    return this.#isEnding() ? this.#ended() : value;
  }

  /** The next rows of the statement, at most `count`, none at the end; the first call runs it. @throws as {@link step} does */
  rows(text: string, values: (string | null)[], count: number): Promise<(string | null)[][]> {
    // Within the step, which does nothing once the statement is over: an aborted statement must not be sent at all.
    return this.step(() => {
      this.#cursor ??= this.#session.openCursor(text, values);
      return this.#session.read(this.#cursor, count);
    });
  }

  /**
   * Ends the statement and its transaction; an exchange that waits is cancelled. Safe more than once.
   * @throws CamError when the connection is lost, so that nothing is known about the statement
   */
  end(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  async #end(): Promise<void> {
    this.#stopListening();
    if (this.#exchange !== undefined) {
      this.#cancelling = this.#requestUntilOver();
      await this.#exchange.catch(() => undefined);
    }
    // Before anything else is sent: a late request would interrupt it instead.
    abort(this.#over, { kind: 'shutdown' });
    await this.#cancelling;
    try {
      this.#cursor?.close(() => undefined);
      if (this.#hasTransaction) await this.#session.rollback();
    } catch (error) {
      // A session whose transaction may be open is not used again.
      this.#session.drop();
      throw postgresError(error, 'statement');
    }
    // A request whose fate is unknown may still come: it must not meet the next statement.
    if (this.#hasCancelFailed) this.#session.drop();
  }

  /** Read through a method: it changes while an exchange waits. */
  #isEnding(): boolean {
    return this.isOver;
  }

  async #ended(): Promise<never> {
    await this.end();
    throw new AbortedError(abortReasonOf(this.#signal));
  }

  async #requestUntilOver(): Promise<void> {
    let pauseMs = firstPauseMs;
    while (!this.#over.signal.aborted && !this.#session.lost.aborted) {
      // Not ended when the statement is over: a request that is on its way must have arrived before the next statement.
      const { controller, dispose } = childController(this.#session.lost);
      const stopTimer = this.#clock.setTimer(requestTimeoutMs, () => {
        abort(controller, { kind: 'timeout', afterMs: requestTimeoutMs, what: 'connect' });
      });
      try {
        await this.#session.requestCancel(controller.signal);
      } catch {
        this.#hasCancelFailed = true;
      } finally {
        stopTimer();
        dispose();
      }
      await sleep(this.#clock, pauseMs, this.#over.signal).catch(() => undefined);
      pauseMs = Math.min(pauseMs * 2, longestPauseMs);
    }
  }
}
