/**
 * The transport of the browser host: calls as `POST /api/call`, events over a WebSocket on `/api/events`.
 * Same origin, with the session's cookie.
 */
import { failure } from '../../app/model/failure.ts';
import type { Connection, PageTransport } from './page-transport.ts';

/** What the transport needs of the page. */
export interface BrowserPorts {
  readonly fetch: typeof fetch;
  readonly WebSocket: typeof WebSocket;
  /** Origin of the page, such as `http://127.0.0.1:4711`. */
  readonly origin: string;
}

const firstRetryMs = 500;
const longestRetryMs = 8_000;

/** Makes the transport; the socket for events is opened by the first subscriber and kept open. */
export function createBrowserTransport(ports: BrowserPorts): PageTransport {
  const listeners = new Set<(event: string, payload: unknown) => void>();
  const watchers = new Set<(connection: Connection) => void>();
  const tell = (connection: Connection): void => {
    for (const watcher of [...watchers]) watcher(connection);
  };
  let stop: (() => void) | undefined;
  return {
    invoke: async (method, input) => {
      const response = await ports.fetch('/api/call', {
        method: 'POST',
        credentials: 'same-origin',
        // A header of our own cannot be sent from a foreign page without asking first.
        headers: { 'content-type': 'application/json', 'x-cam': '1' },
        body: JSON.stringify({ method, input }),
      });
      return replyOf(response);
    },
    subscribe: (listener) => {
      listeners.add(listener);
      stop ??= keepEventsOpen(
        ports,
        (event, payload) => {
          for (const each of [...listeners]) each(event, payload);
        },
        tell,
      );
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        stop?.();
        stop = undefined;
      };
    },
    onConnection: (watcher) => {
      watchers.add(watcher);
      return () => {
        watchers.delete(watcher);
      };
    },
  };
}

/** The envelope in the body, whatever the status; without one, the status tells. */
async function replyOf(response: Response): Promise<unknown> {
  const body = await response.text();
  try {
    const reply: unknown = JSON.parse(body);
    if (typeof reply === 'object' && reply !== null && 'ok' in reply) return reply;
  } catch {
    // Not an envelope: told below by the status.
  }
  if (response.status === 401 || response.status === 403) return { ok: false, error: failure('request.forbidden') };
  throw new Error(`The host answered ${String(response.status)}.`);
}

/** Opens the socket, and opens it anew, ever more patiently, when it has closed. */
function keepEventsOpen(
  ports: BrowserPorts,
  onEvent: (event: string, payload: unknown) => void,
  onConnection: (connection: Connection) => void,
): () => void {
  const address = `${ports.origin.replace(/^http/, 'ws')}/api/events`;
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let retryMs = firstRetryMs;
  const open = (): void => {
    const current = new ports.WebSocket(address);
    socket = current;
    current.onopen = () => {
      retryMs = firstRetryMs;
      onConnection('open');
    };
    current.onmessage = (message: MessageEvent<string>) => {
      const { event, payload } = JSON.parse(message.data) as { event: string; payload: unknown };
      onEvent(event, payload);
    };
    current.onclose = () => {
      if (socket !== current) return;
      onConnection('lost');
      timer = setTimeout(open, retryMs);
      retryMs = Math.min(retryMs * 2, longestRetryMs);
    };
  };
  open();
  return () => {
    clearTimeout(timer);
    const last = socket;
    socket = undefined;
    last?.close();
  };
}
