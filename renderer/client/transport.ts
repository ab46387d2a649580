/** How the page finds the program it belongs to. */
import type { CamTransport } from '../../app/contract/methods.ts';
import { createBrowserTransport } from './browser-transport.ts';
import type { PageTransport } from './page-transport.ts';

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
