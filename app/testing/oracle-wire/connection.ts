/**
 * One client's socket after it was taken: packets, requests put together from packets, and the dance of break and
 * reset. What is asked and answered is the business of whoever serves the requests.
 */
import { type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { errorText } from '../../base/error-text.ts';
import { dataFlag, dataPackets, marker, markerPacket, type Packet, PacketSplitter, packetType, payloadSize, readData } from './packets.ts';
import { WireWriter } from './wire-writer.ts';

/** How a connection is cut: a proper end, a reset, or a packet that stops in its middle and then an end. */
export type CutKind = 'fin' | 'rst' | 'truncate';

/** What whoever serves a request has to work with. */
export interface CallChannel {
  /** Aborted by a break of the client or the death of the connection. */
  readonly signal: AbortSignal;
  /** The response; what is left in it when the request is served is sent with the response's end. */
  readonly message: WireWriter;
  /**
   * Sends what fills whole packets (`everything`: all of it), waits while the client is slow, and lets the event loop
   * look for a break. Does nothing once the call is aborted.
   */
  flush(everything?: boolean): Promise<void>;
  /** Ends the connection in the middle of this response, which aborts the call. */
  cut(how: CutKind): Promise<void>;
  /** Ends the connection when this response has been sent. */
  hangUpAfterwards(): void;
}

/** What a connection needs from its session. */
export interface ConnectionHandlers {
  /** The first packet and its connect data, put together. Answers by `accept` or `refuse`, or not at all. */
  connect(packet: Packet, text: string | undefined): void;
  /** Serves one request to its end. A throw that is no abort is a mistake in the listener: the connection is cut. */
  request(payload: Buffer, channel: CallChannel): Promise<void>;
  /** Whether a break is to be ignored now. */
  ignoresBreak(): boolean;
  /**
   * Writes the error that answers a reset. `unheard`: no call was stopped and no request thrown away, so the client has
   * thrown away the answer to its last call.
   */
  writeCancelled(message: WireWriter, unheard: boolean): void;
  /** The connection is gone and nothing of it runs any more. */
  closed(): void;
  /** Something that must not happen. */
  problem(text: string): void;
}

interface Interruption {
  /** The BREAK marker has been sent. */
  answered: boolean;
  /** The client's RESET has come. */
  resetSeen: boolean;
  /** No call was stopped and no request thrown away. */
  unheard: boolean;
}

export class Connection {
  readonly #socket: Socket;
  readonly #handlers: ConnectionHandlers;
  readonly #splitter = new PacketSplitter();
  readonly #message = new WireWriter(64 * 1024);
  readonly #requests: Buffer[] = [];
  #partial: Buffer[] = [];
  #accepted = false;
  #endOfResponse = false;
  #sdu = 8192;
  #call: AbortController | undefined;
  #interruption: Interruption | undefined;
  #serving = false;
  #closed = false;
  #hangUp = false;
  #connectPacket: Packet | undefined;

  constructor(socket: Socket, handlers: ConnectionHandlers) {
    this.#socket = socket;
    this.#handlers = handlers;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => {
      this.#receive(bytes);
    });
    // An error is always followed by 'close', which is where everything ends.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#onClose();
    });
  }

  /** Lets the client in. From here on lengths are 32 bits wide. */
  accept(packet: Buffer, sdu: number, endOfResponse: boolean): void {
    this.#socket.write(packet);
    this.#splitter.width = 4;
    this.#accepted = true;
    this.#sdu = sdu;
    this.#endOfResponse = endOfResponse;
  }

  /** Sends the client away with this packet. */
  refuse(packet: Buffer): void {
    this.#socket.end(packet);
  }

  /** Ends the connection now. */
  destroy(how: 'fin' | 'rst'): void {
    if (how === 'rst') this.#socket.resetAndDestroy();
    else this.#socket.destroySoon();
  }

  #receive(bytes: Buffer): void {
    try {
      for (const packet of this.#splitter.push(bytes)) this.#onPacket(packet);
    } catch (error) {
      this.#fail(error);
    }
  }

  #onPacket(packet: Packet): void {
    if (!this.#accepted) this.#onConnecting(packet);
    else if (packet.type === packetType.marker) this.#onMarker(packet.bytes.readUInt8(10));
    else if (packet.type === packetType.data) this.#onData(packet);
    else throw new Error(`unexpected packet of type ${String(packet.type)}`);
  }

  /** The connect data stands in the CONNECT packet or, where it is long, in a DATA packet after it. */
  #onConnecting(packet: Packet): void {
    if (this.#connectPacket === undefined) {
      if (packet.type !== packetType.connect) throw new Error(`CONNECT expected, got type ${String(packet.type)}`);
      this.#connectPacket = packet;
      this.#handlers.connect(packet, undefined);
    } else {
      this.#handlers.connect(this.#connectPacket, readData(packet).payload.toString('latin1'));
    }
  }

  #onData(packet: Packet): void {
    const { flags, payload } = readData(packet);
    if ((flags & dataFlag.endOfConnection) !== 0) {
      this.#socket.end();
      return;
    }
    // What arrives between a break and its reset is not wanted any more.
    if (this.#interruption !== undefined) {
      this.#interruption.unheard = false;
      return;
    }
    this.#partial.push(Buffer.from(payload));
    if ((flags & dataFlag.endOfRequest) === 0) return;
    this.#requests.push(Buffer.concat(this.#partial));
    this.#partial = [];
    void this.#serve();
  }

  async #serve(): Promise<void> {
    if (this.#serving) return;
    this.#serving = true;
    for (let request = this.#requests.shift(); request !== undefined; request = this.#requests.shift()) await this.#serveOne(request);
    this.#serving = false;
    if (this.#closed) this.#handlers.closed();
  }

  async #serveOne(request: Buffer): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    this.#call = controller;
    this.#message.truncate(0);
    try {
      await this.#handlers.request(request, {
        signal,
        message: this.#message,
        flush: (everything = false) => (signal.aborted ? Promise.resolve() : this.#flush(everything)),
        cut: (how) => this.#cut(how),
        hangUpAfterwards: () => {
          this.#hangUp = true;
        },
      });
      if (!signal.aborted) await this.#sendEnd();
      if (this.#hangUp) this.destroy('fin');
    } catch (error) {
      if (!signal.aborted) this.#fail(error);
    }
    this.#call = undefined;
    if (this.#interruption !== undefined) this.#answerBreak(this.#interruption);
  }

  #onMarker(kind: number): void {
    if (kind === marker.reset) this.#onReset();
    else if (this.#interruption === undefined && !this.#handlers.ignoresBreak()) this.#onBreak();
  }

  #onBreak(): void {
    const unheard = this.#call === undefined && this.#requests.length === 0 && this.#partial.length === 0;
    this.#interruption = { answered: false, resetSeen: false, unheard };
    this.#requests.length = 0;
    this.#partial = [];
    if (this.#call === undefined) this.#answerBreak(this.#interruption);
    else this.#call.abort();
  }

  /** A reset may come before our BREAK is out, or without any break that we wanted to see. */
  #onReset(): void {
    const interruption = (this.#interruption ??= { answered: true, resetSeen: false, unheard: this.#call === undefined });
    interruption.resetSeen = true;
    if (this.#call === undefined && interruption.answered) this.#finishReset(interruption);
  }

  #answerBreak(interruption: Interruption): void {
    if (!interruption.answered) this.#socket.write(markerPacket(marker.break));
    interruption.answered = true;
    if (interruption.resetSeen) this.#finishReset(interruption);
  }

  /** The client always waits for an error after a reset, even where there was nothing to break. */
  #finishReset({ unheard }: Interruption): void {
    this.#interruption = undefined;
    this.#socket.write(markerPacket(marker.reset));
    this.#message.truncate(0);
    this.#handlers.writeCancelled(this.#message, unheard);
    void this.#sendEnd();
  }

  async #flush(everything: boolean): Promise<void> {
    const room = payloadSize(this.#sdu);
    const ready = everything ? this.#message.length : Math.floor(this.#message.length / room) * room;
    if (ready > 0) {
      const written = this.#write(dataPackets(this.#message.view().subarray(0, ready), this.#sdu, 0));
      this.#message.drop(ready);
      await written;
    }
    await nextTurn();
  }

  async #sendEnd(): Promise<void> {
    const packets = dataPackets(this.#message.view(), this.#sdu, this.#endOfResponse ? dataFlag.endOfResponse : 0);
    this.#message.truncate(0);
    await this.#write(packets);
  }

  async #cut(how: CutKind): Promise<void> {
    const packets = dataPackets(this.#message.view(), this.#sdu, 0);
    this.#message.truncate(0);
    await this.#write(how === 'truncate' ? packets.subarray(0, packets.length - Math.ceil(packets.length / 3)) : packets);
    this.destroy(how === 'rst' ? 'rst' : 'fin');
    this.#call?.abort();
  }

  /** Whole packets only. Waits until the socket has room again, or is gone. */
  async #write(packets: Buffer): Promise<void> {
    if (this.#closed || this.#socket.destroyed) return;
    if (this.#socket.write(packets)) return;
    await new Promise<void>((resolve) => {
      const settle = (): void => {
        this.#socket.off('drain', settle);
        this.#socket.off('close', settle);
        resolve();
      };
      this.#socket.on('drain', settle);
      this.#socket.on('close', settle);
    });
  }

  #fail(error: unknown): void {
    this.#handlers.problem(errorText(error));
    this.destroy('rst');
  }

  #onClose(): void {
    this.#closed = true;
    this.#requests.length = 0;
    this.#call?.abort();
    if (!this.#serving) this.#handlers.closed();
  }
}
