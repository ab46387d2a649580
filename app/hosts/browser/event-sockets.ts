/** Events to pages over WebSockets, one way: a page only listens. A page that does not read is cut off; it comes back and asks for a snapshot. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import type { App } from '../../services/create-app.ts';

const maxBufferedBytes = 8 * 1024 * 1024;
const aliveEveryMs = 15_000;

/** The open sockets of one server. */
export class EventSockets {
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: 1024 });
  readonly #unsubscribe: () => void;
  readonly #alive: NodeJS.Timeout;
  readonly #silent = new Set<WebSocket>();

  constructor(app: App) {
    this.#unsubscribe = app.subscribe((event, payload) => {
      if (this.#server.clients.size > 0) this.#send(JSON.stringify({ event, payload }));
    });
    this.#alive = setInterval(() => {
      this.#checkAlive();
    }, aliveEveryMs);
  }

  /** Takes over a connection whose caller has been checked. */
  open(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (page) => {
      page.on('pong', () => {
        this.#silent.delete(page);
      });
      page.on('close', () => {
        this.#silent.delete(page);
      });
      // A page has nothing to say here: calls come as requests.
      page.on('message', () => {
        page.close(1008, 'events only');
      });
      page.on('error', () => {
        page.terminate();
      });
    });
  }

  /** Ends all connections. */
  close(): void {
    clearInterval(this.#alive);
    this.#unsubscribe();
    for (const page of this.#server.clients) page.terminate();
    this.#server.close();
  }

  #send(text: string): void {
    for (const page of this.#server.clients) {
      if (page.readyState !== WebSocket.OPEN) continue;
      if (page.bufferedAmount > maxBufferedBytes) page.terminate();
      else page.send(text);
    }
  }

  /** A page that has not answered the last question by the time of the next is gone. */
  #checkAlive(): void {
    for (const page of this.#server.clients) {
      if (this.#silent.has(page)) page.terminate();
      else {
        this.#silent.add(page);
        page.ping();
      }
    }
  }
}
