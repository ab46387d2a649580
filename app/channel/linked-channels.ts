/** Two channels linked in memory: what one posts the other receives, as a clone, a microtask later. For tests and for hosts in one process. */
import { Emitter } from '../base/emitter.ts';
import type { Channel } from './channel.ts';

class LinkedChannel implements Channel {
  peer: LinkedChannel | undefined;
  readonly #messages = new Emitter<unknown>();
  readonly #closes = new Emitter<undefined>();
  #closed = false;

  post(message: unknown): void {
    if (this.#closed) return;
    const copy: unknown = structuredClone(message);
    const { peer } = this;
    queueMicrotask(() => {
      if (peer !== undefined && !peer.#closed) peer.#messages.emit(copy);
    });
  }

  onMessage(listener: (message: unknown) => void): () => void {
    return this.#messages.on(listener);
  }

  onClose(listener: () => void): () => void {
    if (this.#closed) {
      queueMicrotask(listener);
      return () => undefined;
    }
    return this.#closes.on(listener);
  }

  close(): void {
    this.#end();
    const { peer } = this;
    queueMicrotask(() => {
      if (peer !== undefined) peer.#end();
    });
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#closes.emit(undefined);
  }
}

/** A linked pair. */
export function linkedChannels(): readonly [Channel, Channel] {
  const left = new LinkedChannel();
  const right = new LinkedChannel();
  left.peer = right;
  right.peer = left;
  return [left, right];
}
