/** How the page finds the program it belongs to. */
import type { CamTransport } from '../../app/contract/methods.ts';
import { createBrowserTransport } from './browser-transport.ts';

/** Whether events can reach the page. */
export type Connection = 'open' | 'lost';

/** A transport that can also tell about its own breaks. Where a break is impossible (Electron) `onConnection` is absent. */
export interface PageTransport extends CamTransport {
  /** Calls back on every change; `open` after `lost` means that events may have been missed. */
  readonly onConnection?: (listener: (connection: Connection) => void) => () => void;
}

/** The part of the global object that matters here. */
export interface PageGlobals {
  readonly cam?: unknown;
  readonly fetch: typeof fetch;
  readonly WebSocket: typeof WebSocket;
  readonly location: Pick<Location, 'origin'>;
}

/** The desktop's doorway where the preload has opened one, else the browser host of the page's own origin. */
export function findTransport(globals: PageGlobals): PageTransport {
  if (isTransport(globals.cam)) return globals.cam;
  return createBrowserTransport({ fetch: globals.fetch, WebSocket: globals.WebSocket, origin: globals.location.origin });
}

function isTransport(value: unknown): value is CamTransport {
  return (
    typeof value === 'object' &&
    value !== null &&
    'invoke' in value &&
    typeof value.invoke === 'function' &&
    'subscribe' in value &&
    typeof value.subscribe === 'function'
  );
}
