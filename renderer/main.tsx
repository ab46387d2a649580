/** The page's entry: finds the program it belongs to and shows the window. */
import '@mantine/core/styles.layer.css';
import '@mantine/dates/styles.layer.css';
import '@mantine/notifications/styles.layer.css';
import '@mantine/spotlight/styles.layer.css';
import './styles/window.css';
import { findTransport, type PageGlobals } from './client/transport.ts';
import { mountWindow } from './mount.tsx';

const container = document.getElementById('window');
if (container === null) throw new Error('the page has no place for the window');
const globals: PageGlobals = {
  cam: (globalThis as { readonly cam?: unknown }).cam,
  fetch: globalThis.fetch.bind(globalThis),
  WebSocket: globalThis.WebSocket,
  location: globalThis.location,
};
mountWindow({ container, transport: findTransport(globals), findStorage: () => globalThis.localStorage });
