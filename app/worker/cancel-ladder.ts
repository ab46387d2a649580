/**
 * Ending work that somebody aborted: first by asking, then by cutting the connection, and when even that does not help, by
 * giving the work up. What a process cannot end from inside, its supervisor ends from outside.
 */
import { AbortedError, type AbortReason, abortReasonOf, onAbort } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import { CamError } from '../model/failure.ts';

/** An attempt was aborted; tells whether the database confirmed that nothing runs any more. */
export class AttemptAborted extends AbortedError {
  readonly confirmed: boolean;
  /** True where even cutting the connection did not end the call. */
  readonly stuck: boolean;
  /** What was under way. */
  readonly what: 'logon' | 'statement';

  constructor(reason: AbortReason, what: 'logon' | 'statement', how: { readonly confirmed: boolean; readonly stuck: boolean }) {
    super(reason);
    this.name = 'AttemptAborted';
    this.what = what;
    this.confirmed = how.confirmed;
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
  if (asked !== undefined) throw new AttemptAborted(reason, ladder.what, { confirmed: hasLetGo(asked), stuck: false });
  ladder.cut().catch(() => undefined);
  const cut = await within(ladder.clock, ladder.cutMs, settled);
  throw new AttemptAborted(reason, ladder.what, { confirmed: false, stuck: cut === undefined });
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

/** Every end says that nothing runs any more, but a broken line: behind it the statement may go on. */
function hasLetGo(end: Settled<unknown>): boolean {
  return end.ok || !(end.error instanceof CamError && end.error.failure.code === 'db.connection-lost');
}

async function within<T>(clock: Clock, ms: number, settled: Promise<T>): Promise<T | undefined> {
  let clear: () => void = () => undefined;
  const late = new Promise<undefined>((resolve) => {
    clear = clock.setTimer(ms, () => {
      resolve(undefined);
    });
  });
  try {
    return await Promise.race([settled, late]);
  } finally {
    clear();
  }
}
