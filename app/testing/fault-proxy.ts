/**
 * A TCP proxy on loopback that does to a connection what networks do: late, slow, cut, torn, silent. Faults are set per
 * direction and can be changed while connections are open; they hold for the bytes that come after.
 */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** What happens to the bytes of one direction. Counts are per connection. */
interface Faults {
  /** Every byte arrives this much later, more or less by up to `jitterMs`; the order stays. */
  readonly latencyMs?: number;
  readonly jitterMs?: number;
  readonly bytesPerSecond?: number;
  /** Bytes are swallowed; nobody is told. */
  readonly blackHole?: boolean;
  /** A black hole from so many milliseconds after the connection began. */
  readonly silentAfterMs?: number;
  /** After so many bytes both sides get a reset (RST). */
  readonly resetAfterBytes?: number;
  /** After that reset, whoever comes is reset too. */
  readonly refuseAfterReset?: boolean;
  /** After so many bytes both sides get an ordinary end (FIN). */
  readonly endAfterBytes?: number;
  /** Bytes arrive in pieces of this size. */
  readonly sliceBytes?: number;
  /** The end of the stream is told so much later. */
  readonly closeDelayMs?: number;
}

/** `up`: from the client to the server; `down`: from the server to the client. */
type Direction = 'up' | 'down';

/** Where the proxy leads to. */
export interface ProxyTarget {
  readonly host: string;
  readonly port: number;
}

/** A running proxy. */
export interface FaultProxy {
  readonly host: string;
  readonly port: number;
  /** Connections open now. */
  readonly connections: () => number;
  /** Connections taken so far. */
  readonly accepted: () => number;
  /** Bytes passed on so far. */
  readonly forwarded: (direction: Direction) => number;
  /** Bytes swallowed so far by black holes. */
  readonly swallowed: (direction: Direction) => number;
  /** Replaces the faults of a direction; none given: none. */
  readonly set: (direction: Direction, faults?: Faults) => void;
  /** Resets all connections and refuses new ones, until it is called with false. */
  readonly setDown: (isDown: boolean) => Promise<void>;
  /** Resets the connections that are open now. */
  readonly resetAll: () => void;
  /** Ends everything; resolves when nothing is left. */
  readonly close: () => Promise<void>;
}

const host = '127.0.0.1';
/** What a direction holds back before it stops reading. */
const heldBytes = 1 << 20;

interface State {
  readonly target: ProxyTarget;
  readonly faults: Record<Direction, Faults>;
  readonly forwarded: Record<Direction, number>;
  readonly swallowed: Record<Direction, number>;
  readonly sockets: Set<Socket>;
  accepted: number;
  /** Set by a reset after which nobody is let in. */
  isRefusing: boolean;
}

/** Starts a proxy on a free port. */
export async function startFaultProxy(target: ProxyTarget): Promise<FaultProxy> {
  const none = { up: 0, down: 0 };
  const state: State = {
    target,
    faults: { up: {}, down: {} },
    forwarded: { ...none },
    swallowed: { ...none },
    sockets: new Set(),
    accepted: 0,
    isRefusing: false,
  };
  let server = await listen(state, 0);
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const resetAll = (): void => {
    for (const socket of state.sockets) socket.resetAndDestroy();
  };
  const stopListening = async (): Promise<void> => {
    if (!server.listening) return;
    // Not events.once, which takes an error on the way for the end.
    const gone = [server, ...state.sockets].map((each) => new Promise((resolve) => each.once('close', resolve)));
    server.close();
    resetAll();
    await Promise.all(gone);
  };
  return {
    host,
    port,
    connections: () => state.sockets.size / 2,
    accepted: () => state.accepted,
    forwarded: (direction) => state.forwarded[direction],
    swallowed: (direction) => state.swallowed[direction],
    set: (direction, faults = {}) => {
      state.faults[direction] = faults;
      state.isRefusing = false;
    },
    setDown: async (isDown) => {
      if (isDown) await stopListening();
      else if (!server.listening) server = await listen(state, port);
    },
    resetAll,
    close: stopListening,
  };
}

async function listen(state: State, port: number): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    state.accepted += 1;
    if (state.isRefusing) client.resetAndDestroy();
    else join(client, connect({ ...state.target, allowHalfOpen: true, noDelay: true }), state);
  });
  server.listen(port, host);
  await once(server, 'listening');
  return server;
}

function join(client: Socket, server: Socket, state: State): void {
  const begunMs = performance.now();
  for (const [socket, other] of [
    [client, server],
    [server, client],
  ] as const) {
    state.sockets.add(socket);
    // A reset of one side is a reset of the other; a refused server looks like one that resets.
    socket.on('error', () => other.resetAndDestroy());
    socket.once('close', () => {
      state.sockets.delete(socket);
      if (socket.errored !== null) other.resetAndDestroy();
    });
  }
  new Pump(client, server, 'up', state, begunMs).start();
  new Pump(server, client, 'down', state, begunMs).start();
}

interface Held {
  /** `undefined` is the end of the stream. */
  readonly bytes: Buffer | undefined;
  readonly dueMs: number;
}

/** One direction of one connection. */
class Pump {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #direction: Direction;
  readonly #state: State;
  readonly #begunMs: number;
  readonly #queue: Held[] = [];
  #queuedBytes = 0;
  #passedBytes = 0;
  #isRunning = false;

  constructor(from: Socket, to: Socket, direction: Direction, state: State, begunMs: number) {
    this.#from = from;
    this.#to = to;
    this.#direction = direction;
    this.#state = state;
    this.#begunMs = begunMs;
  }

  start(): void {
    this.#from.on('data', (bytes: Buffer) => {
      this.#queuedBytes += bytes.length;
      if (this.#queuedBytes > heldBytes) this.#from.pause();
      this.#hold(bytes, 0);
    });
    this.#from.once('end', () => {
      this.#hold(undefined, this.#faults.closeDelayMs ?? 0);
    });
  }

  get #faults(): Faults {
    return this.#state.faults[this.#direction];
  }

  #hold(bytes: Buffer | undefined, extraMs: number): void {
    const { latencyMs = 0, jitterMs = 0 } = this.#faults;
    const lateMs = Math.max(0, latencyMs + (Math.random() * 2 - 1) * jitterMs) + extraMs;
    this.#queue.push({ bytes, dueMs: performance.now() + lateMs });
    if (!this.#isRunning) void this.#run();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let held = this.#queue.shift(); held !== undefined && !this.#to.destroyed; held = this.#queue.shift()) {
      const waitMs = held.dueMs - performance.now();
      if (waitMs > 0) await delay(waitMs, undefined, { ref: false });
      if (held.bytes === undefined) {
        if (!this.#isSilent()) this.#to.end();
      } else {
        this.#queuedBytes -= held.bytes.length;
        await this.#forward(held.bytes);
        if (this.#queuedBytes <= heldBytes) this.#from.resume();
      }
    }
    this.#isRunning = false;
  }

  #isSilent(): boolean {
    const { blackHole = false, silentAfterMs = Infinity } = this.#faults;
    return blackHole || performance.now() - this.#begunMs >= silentAfterMs;
  }

  async #forward(bytes: Buffer): Promise<void> {
    let rest = bytes;
    while (rest.length > 0 && !this.#to.destroyed && !this.#isSilent()) {
      const { sliceBytes = rest.length, resetAfterBytes = Infinity, endAfterBytes = Infinity, bytesPerSecond } = this.#faults;
      const { refuseAfterReset = false } = this.#faults;
      const allowed = Math.min(resetAfterBytes, endAfterBytes) - this.#passedBytes;
      const paced = bytesPerSecond === undefined ? rest.length : Math.max(1, Math.ceil(bytesPerSecond / 20));
      const piece = rest.subarray(0, Math.max(0, Math.min(sliceBytes, allowed, paced)));
      await this.#write(piece);
      rest = rest.subarray(piece.length);
      if (bytesPerSecond !== undefined) await delay((piece.length / bytesPerSecond) * 1000, undefined, { ref: false });
      // A turn of the loop between slices, so that they leave as packets of their own.
      else if (rest.length > 0) await delay(0);
      if (this.#passedBytes >= resetAfterBytes) {
        this.#state.isRefusing = refuseAfterReset;
        this.#cut((socket) => socket.resetAndDestroy());
      } else if (this.#passedBytes >= endAfterBytes) this.#cut((socket) => socket.end());
      if (this.#passedBytes >= Math.min(resetAfterBytes, endAfterBytes)) return;
    }
    if (this.#isSilent()) this.#state.swallowed[this.#direction] += rest.length;
  }

  #cut(how: (socket: Socket) => void): void {
    for (const socket of [this.#to, this.#from]) how(socket);
  }

  async #write(piece: Buffer): Promise<void> {
    if (piece.length === 0) return;
    this.#passedBytes += piece.length;
    this.#state.forwarded[this.#direction] += piece.length;
    // Handed to the system before anything else happens, else a reset would overtake it. A socket that is gone takes nothing.
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.#to.off('close', done);
        resolve();
      };
      this.#to.once('close', done);
      this.#to.write(piece, done);
    });
  }
}
