/**
 * Ending work that somebody aborted: first by asking, then by cutting the connection, and when even that does not help, by
 * giving the work up. What a process cannot end from inside, its supervisor ends from outside.
 */
import { AbortedError, type AbortReason, abortReasonOf, onAbort } from '../base/abort.ts';
import { type Clock, within } from '../base/clock.ts';
import type { ErrorCode } from '../model/error-code.ts';
import { CamError } from '../model/failure.ts';

type AbortEnd = Pick<AttemptAborted, 'confirmed' | 'usable' | 'stuck'>;

/** An attempt was aborted; tells whether the database confirmed that nothing runs any more. */
export class AttemptAborted extends AbortedError {
  readonly confirmed: boolean;
  /** Whether the session is as good as before. */
  readonly usable: boolean;
  /** True where even cutting the connection did not end the call. */
  readonly stuck: boolean;
  /** What was under way. */
  readonly what: 'logon' | 'statement';

  constructor(reason: AbortReason, what: 'logon' | 'statement', how: AbortEnd) {
    super(reason);
    this.name = 'AttemptAborted';
    this.what = what;
    this.confirmed = how.confirmed;
    this.usable = how.usable;
    this.stuck = how.stuck;
  }
}

/** The rungs. Times in milliseconds from one rung to the next. */
export interface CancelLadder {
  readonly clock: Clock;
  readonly what: 'logon' | 'statement';
  /** How long work that has been asked to end may take. */
  readonly askMs: number;
  /** How long it may take after the cut. */
  readonly cutMs: number;
  /** Cuts the connection, without waiting for the server. */
  readonly cut: () => Promise<void>;
}

type Settled<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

/**
 * Waits for work that listens to the signal by itself, and climbs the ladder when it does not.
 * @throws what the work throws; once the signal is aborted always AttemptAborted, whatever the work comes to
 */
export async function withCancelLadder<T>(work: Promise<T>, signal: AbortSignal, ladder: CancelLadder): Promise<T> {
  const settled: Promise<Settled<T>> = work.then(
    (value) => ({ ok: true, value }),
    (error: unknown) => ({ ok: false, error }),
  );
  const first = await Promise.race([settled, aborted(signal, settled)]);
  if (!signal.aborted && first !== undefined) {
    if (first.ok) return first.value;
    throw first.error;
  }
  const reason = abortReasonOf(signal);
  const asked = await within(ladder.clock, ladder.askMs, settled);
  if (asked !== undefined) throw new AttemptAborted(reason, ladder.what, { ...endOf(asked, ladder.what), stuck: false });
  ladder.cut().catch(() => undefined);
  const cut = await within(ladder.clock, ladder.cutMs, settled);
  throw new AttemptAborted(reason, ladder.what, { confirmed: false, usable: false, stuck: cut === undefined });
}

/** Resolves when the signal is aborted; takes its listener off when the work has settled. */
function aborted(signal: AbortSignal, settled: Promise<unknown>): Promise<undefined> {
  return new Promise((resolve) => {
    const stop = onAbort(signal, () => {
      resolve(undefined);
    });
    void settled.then(stop);
  });
}

/** Errors of the server itself: it has ended the statement, and perhaps the session with it. */
const serverEnds: ReadonlySet<ErrorCode> = new Set([
  'db.session-killed',
  'db.snapshot-too-old',
  'query.cancelled',
  'query.timeout',
  'rate.limited',
]);

/**
 * What the end of aborted work proves. Only an answer of the server says that nothing runs any more; behind a line that broke, whatever
 * the network calls that, the statement may go on. No statement runs before a logon has succeeded.
 */
function endOf(end: Settled<unknown>, what: CancelLadder['what']): Pick<AbortEnd, 'confirmed' | 'usable'> {
  if (end.ok || end.error instanceof AbortedError) return { confirmed: true, usable: true };
  const code = end.error instanceof CamError ? end.error.failure.code : undefined;
  if (code?.startsWith('sql.') === true) return { confirmed: true, usable: true };
  const isAnswer = code !== undefined && (what === 'logon' ? code !== 'db.connection-lost' : serverEnds.has(code));
  return { confirmed: isAnswer, usable: false };
}
