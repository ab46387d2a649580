/** Puts a window together from a transport and the page it is shown in. */
import { createRoot } from 'react-dom/client';
import { createClient } from '../app/contract/client.ts';
import { type Actions, createActions } from './actions/actions.ts';
import { pageFramePorts } from './actions/frame-scheduler.ts';
import { App } from './app.tsx';
import { copyText } from './client/clipboard.ts';
import { createPreferences, type PreferenceStorage } from './client/preferences.ts';
import type { PageTransport } from './client/page-transport.ts';
import { showNotice } from './features/notices/show-notice.tsx';
import { createAppStore } from './store/app-store.ts';
import type { WindowParts } from './store/window-context.tsx';
import { createSchemeManager } from './styles/scheme-manager.ts';
import { english } from './texts/texts.ts';
import { createTicker } from './ui/ticker.ts';

/** What a window needs to be shown. */
export interface MountInput {
  readonly container: HTMLElement;
  readonly transport: PageTransport;
  readonly findStorage: () => PreferenceStorage | undefined;
}

/** A window that is shown. */
export interface MountedWindow {
  readonly parts: WindowParts;
  /** Takes it away and stops everything it started. */
  close(): void;
}

/** Shows a window and loads what it shows first. */
export function mountWindow({ container, transport, findStorage }: MountInput): MountedWindow {
  const store = createAppStore();
  const preferences = createPreferences(findStorage);
  const nowMs = (): number => Date.now();
  const actions: Actions = createActions({
    client: createClient(transport),
    store,
    frames: pageFramePorts(window),
    ...(transport.onConnection === undefined ? {} : { onConnection: transport.onConnection }),
    copyText,
    notify: (notice) => showNotice(notice, parts),
    openUrl: (url) => window.location.assign(url),
  });
  const parts: WindowParts = { store, actions, preferences, ticker: createTicker(nowMs), texts: english };
  const root = createRoot(container);
  root.render(<App parts={parts} schemes={createSchemeManager(preferences)} />);
  void actions.load();
  return {
    parts,
    close: () => {
      root.unmount();
      actions.close();
    },
  };
}
