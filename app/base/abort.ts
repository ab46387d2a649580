/**
 * Typed reasons for an abort, and waiting that an abort ends at once.
 *
 * Every `AbortController` in the program is aborted with an {@link AbortReason}, so that whoever catches the abort
 * knows whether a person cancelled, a deadline passed, a budget was reached or the program is closing: different outcomes.
 */

/**
 * Why something was aborted. `cancel`: a person asked. `timeout`: a deadline passed. `budget`: what it, its database or its run
 * may cost was reached. `shutdown`: the program ends.
 */
export type AbortReason =
  | { readonly kind: 'cancel'; readonly by: string }
  | { readonly kind: 'timeout'; readonly afterMs: number; readonly what: 'attempt' | 'connect' | 'run' }
  | {
      readonly kind: 'budget';
      /** Whose limit it is. */
      readonly owner: 'query' | 'database' | 'run';
      readonly amount: 'rows' | 'bytes' | 'databaseSeconds' | 'statements';
      /** The hard limit. */
      readonly limit: number;
    }
  | { readonly kind: 'shutdown' };

/** Thrown by whatever was waiting on a signal when it was aborted. `reason` tells why. */
export class AbortedError extends Error {
  readonly reason: AbortReason;

  constructor(reason: AbortReason) {
    super(`aborted: ${reason.kind}`);
    this.name = 'AbortedError';
    this.reason = reason;
  }
}

/**
 * The typed reason of an aborted signal. A foreign reason (a bare `abort()`) counts as a cancel by `unknown`:
 * it is never mistaken for a timeout.
 */
export function abortReasonOf(signal: AbortSignal): AbortReason {
  const reason: unknown = signal.reason;
  if (reason instanceof AbortedError) return reason.reason;
  if (isAbortReason(reason)) return reason;
  return { kind: 'cancel', by: 'unknown' };
}

/** Whether something was ended by a limit of its own, an attempt's or a connection's: not by the run's, a person or the program's end. */
export function isOwnTimeout({ reason }: AbortedError): boolean {
  return reason.kind === 'timeout' && reason.what !== 'run';
}

/** Throws {@link AbortedError} if the signal is already aborted. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw new AbortedError(abortReasonOf(signal));
}

/** Aborts a controller with a typed reason. A second abort changes nothing: the first reason stands. */
export function abort(controller: AbortController, reason: AbortReason): void {
  controller.abort(new AbortedError(reason));
}

/** A controller that is aborted with its parent, with the parent's reason. Call `dispose` when the child's work is done. */
export function childController(parent: AbortSignal): { controller: AbortController; dispose: () => void } {
  const controller = new AbortController();
  const dispose = onAbort(parent, (reason) => {
    abort(controller, reason);
  });
  return { controller, dispose };
}

/** Calls `listener` once when (or if already) aborted; returns a function that takes the listener off again. */
export function onAbort(signal: AbortSignal, listener: (reason: AbortReason) => void): () => void {
  if (signal.aborted) {
    listener(abortReasonOf(signal));
    return () => undefined;
  }
  const onEvent = (): void => {
    listener(abortReasonOf(signal));
  };
  signal.addEventListener('abort', onEvent, { once: true });
  return () => {
    signal.removeEventListener('abort', onEvent);
  };
}

/** Resolves when (or if already) aborted; for whoever does nothing but wait for that. */
export function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    onAbort(signal, () => {
      resolve();
    });
  });
}

/**
 * Settles with `promise`, or rejects with {@link AbortedError} as soon as the signal is aborted, whichever is first.
 * The promise itself is not stopped; its late rejection is swallowed so that it never surfaces as unhandled.
 */
export async function raceAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let dispose: () => void = () => undefined;
  const aborted = new Promise<never>((_, reject) => {
    dispose = onAbort(signal, (reason) => {
      reject(new AbortedError(reason));
    });
  });
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    dispose();
  }
}

function isAbortReason(value: unknown): value is AbortReason {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  return value.kind === 'cancel' || value.kind === 'timeout' || value.kind === 'budget' || value.kind === 'shutdown';
}
