/** Events to pages, as server-sent events. A page that does not read is cut off; it comes back and asks for a snapshot. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { App } from '../../services/create-app.ts';

const maxBufferedBytes = 8 * 1024 * 1024;
const keepAliveMs = 15_000;

/** The open streams of one server. */
export class EventStreams {
  readonly #responses = new Set<ServerResponse>();
  readonly #unsubscribe: () => void;
  readonly #keepAlive: NodeJS.Timeout;

  constructor(app: App) {
    this.#unsubscribe = app.subscribe((event, payload) => {
      if (this.#responses.size > 0) this.#send(`data: ${JSON.stringify({ event, payload })}\n\n`);
    });
    this.#keepAlive = setInterval(() => {
      this.#send(': still here\n\n');
    }, keepAliveMs);
  }

  /** Takes over a response and keeps it open. */
  open(request: IncomingMessage, response: ServerResponse, headers: Readonly<Record<string, string>>): void {
    response.writeHead(200, { ...headers, 'content-type': 'text/event-stream', 'cache-control': 'no-store', connection: 'keep-alive' });
    response.write('retry: 500\n\n');
    this.#responses.add(response);
    request.once('close', () => {
      this.#responses.delete(response);
    });
  }

  /** Ends all streams. */
  close(): void {
    clearInterval(this.#keepAlive);
    this.#unsubscribe();
    for (const response of this.#responses) response.end();
    this.#responses.clear();
  }

  #send(text: string): void {
    for (const response of this.#responses) {
      if (response.writableLength > maxBufferedBytes) response.destroy();
      else response.write(text);
    }
  }
}
