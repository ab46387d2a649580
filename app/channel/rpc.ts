/**
 * Calls over a {@link Channel}: request, reply, cancel, and notifications while a call runs.
 *
 * A call's failure crosses as an envelope and is thrown again as `CamError` or `AbortedError` on the caller's side.
 * When the channel closes, every pending call is rejected at once. A cancel is sent to the other side; the call then
 * settles as the other side answers, so that "cancelled" always means that the other side said so.
 */
import { AbortedError, abort, type AbortReason, onAbort } from '../base/abort.ts';
import { Emitter } from '../base/emitter.ts';
import type { Result } from '../base/result.ts';
import { CamError, type Failure, failure, toFailure } from '../model/failure.ts';
import type { Channel } from './channel.ts';

/** A table of methods: name → what goes in, what comes out, what is told on the way. */
export type RpcMethods = Record<string, { readonly input: unknown; readonly output: unknown; readonly notice: unknown }>;

type WireError = { readonly kind: 'failure'; readonly failure: Failure } | { readonly kind: 'aborted'; readonly reason: AbortReason };

type Message =
  | { readonly type: 'call'; readonly seq: number; readonly method: string; readonly input: unknown }
  | { readonly type: 'cancel'; readonly seq: number; readonly reason: AbortReason }
  | { readonly type: 'notice'; readonly seq: number; readonly value: unknown }
  | { readonly type: 'reply'; readonly seq: number; readonly result: Result<unknown, WireError> };

/** What a handler is given besides its input. */
export interface CallContext<Notice> {
  /** Aborted, with the caller's reason, when the caller cancels or the channel closes (`shutdown`). */
  readonly signal: AbortSignal;
  /** Tells the caller something before the reply. */
  readonly notify: (notice: Notice) => void;
}

/** One handler per method. */
export type RpcHandlers<M extends RpcMethods> = {
  readonly [K in keyof M]: (input: M[K]['input'], context: CallContext<M[K]['notice']>) => Promise<M[K]['output']>;
};

/** Answers calls that arrive on the channel until it closes. Returns a function that stops listening and aborts what runs. */
export function serveRpc<M extends RpcMethods>(channel: Channel, handlers: RpcHandlers<M>): () => void {
  const running = new Map<number, AbortController>();
  const run = async (call: Extract<Message, { type: 'call' }>): Promise<void> => {
    const controller = new AbortController();
    running.set(call.seq, controller);
    let result: Result<unknown, WireError>;
    try {
      const handler = Object.hasOwn(handlers, call.method) ? handlers[call.method] : undefined;
      if (handler === undefined) throw new CamError(failure('request.invalid', { message: `There is no method ${call.method}.` }));
      const notify = (value: unknown): void => {
        channel.post({ type: 'notice', seq: call.seq, value } satisfies Message);
      };
      result = { ok: true, value: await handler(call.input, { signal: controller.signal, notify }) };
    } catch (error) {
      result = { ok: false, error: toWire(error) };
    }
    running.delete(call.seq);
    channel.post({ type: 'reply', seq: call.seq, result } satisfies Message);
  };
  const stopMessages = channel.onMessage((raw) => {
    const message = raw as Message;
    if (message.type === 'call') void run(message);
    else if (message.type === 'cancel') abortRunning(running.get(message.seq), message.reason);
  });
  const stop = (): void => {
    stopMessages();
    for (const controller of running.values()) abortRunning(controller, { kind: 'shutdown' });
  };
  const stopClose = channel.onClose(stop);
  return () => {
    stopClose();
    stop();
  };
}

/** Options of one call. */
export interface CallOptions<Notice> {
  /** Aborting it sends a cancel with the typed reason; the promise settles when the other side answers or is gone. */
  readonly signal?: AbortSignal;
  readonly onNotice?: (notice: Notice) => void;
}

/** The calling side. */
export interface RpcClient<M extends RpcMethods> {
  /** @throws CamError as the handler failed, or `closedFailure` when the channel closes; AbortedError when the handler obeyed a cancel. */
  call<K extends keyof M & string>(method: K, input: M[K]['input'], options?: CallOptions<M[K]['notice']>): Promise<M[K]['output']>;
  /** Calls that wait for an answer. */
  readonly pending: number;
}

interface PendingCall {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
  readonly notices: Emitter<unknown>;
  readonly stopListening: () => void;
}

/** A client on the channel. Pending and later calls are rejected with `closedFailure()` once the channel has closed. */
export function createRpcClient<M extends RpcMethods>(channel: Channel, closedFailure: () => Failure): RpcClient<M> {
  const pending = new Map<number, PendingCall>();
  let nextSeq = 1;
  let closed = false;
  channel.onMessage((raw) => {
    const message = raw as Message;
    if (message.type === 'notice') pending.get(message.seq)?.notices.emit(message.value);
    if (message.type !== 'reply') return;
    const call = pending.get(message.seq);
    if (call === undefined) return;
    pending.delete(message.seq);
    call.stopListening();
    if (message.result.ok) call.resolve(message.result.value as never);
    else call.reject(fromWire(message.result.error));
  });
  channel.onClose(() => {
    closed = true;
    const calls = [...pending.values()];
    pending.clear();
    for (const call of calls) {
      call.stopListening();
      call.reject(new CamError(closedFailure()));
    }
  });
  return {
    get pending() {
      return pending.size;
    },
    call: (method, input, options = {}) =>
      new Promise((resolve, reject) => {
        if (closed) {
          reject(new CamError(closedFailure()));
          return;
        }
        const seq = nextSeq++;
        const notices = new Emitter<unknown>();
        if (options.onNotice !== undefined) notices.on(options.onNotice);
        channel.post({ type: 'call', seq, method, input } satisfies Message);
        const stopListening =
          options.signal === undefined
            ? () => undefined
            : onAbort(options.signal, (reason) => {
                channel.post({ type: 'cancel', seq, reason } satisfies Message);
              });
        pending.set(seq, { resolve, reject, notices, stopListening });
      }),
  };
}

function abortRunning(controller: AbortController | undefined, reason: AbortReason): void {
  if (controller !== undefined) abort(controller, reason);
}

function toWire(error: unknown): WireError {
  if (error instanceof AbortedError) return { kind: 'aborted', reason: error.reason };
  return { kind: 'failure', failure: toFailure(error) };
}

function fromWire(error: WireError): Error {
  return error.kind === 'aborted' ? new AbortedError(error.reason) : new CamError(error.failure);
}
