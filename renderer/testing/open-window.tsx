/** Opens the real window over a fake core in a test's document. */
import { cleanup, render } from '@testing-library/react';
import { createClient } from '../../app/contract/client.ts';
import { type Actions, createActions } from '../actions/actions.ts';
import type { FramePorts } from '../actions/frame-scheduler.ts';
import type { Notice } from '../actions/notice.ts';
import { App } from '../app.tsx';
import { createPreferences, type PreferenceStorage } from '../client/preferences.ts';
import { createAppStore } from '../store/app-store.ts';
import type { WindowParts } from '../store/window-context.tsx';
import { createSchemeManager } from '../styles/scheme-manager.ts';
import { english } from '../texts/texts.ts';
import { createTicker } from '../ui/ticker.ts';
import type { FakeCore } from './fake-core.ts';

/** A window in a test. */
export interface OpenWindow {
  readonly parts: WindowParts;
  readonly notices: readonly Notice[];
  /** What was put on the clipboard, oldest first. */
  readonly copied: readonly string[];
  readonly openedUrls: readonly string[];
  close(): void;
}

/** Opens a window and waits until it is filled. */
export async function openWindow(core: FakeCore, storage?: PreferenceStorage): Promise<OpenWindow> {
  fillGapsOfTestPage();
  const notices: Notice[] = [];
  const copied: string[] = [];
  const openedUrls: string[] = [];
  const store = createAppStore();
  const preferences = createPreferences(() => storage);
  const actions: Actions = createActions({
    client: createClient(core.transport),
    store,
    frames: promptFrames,
    ...(core.transport.onConnection === undefined ? {} : { onConnection: core.transport.onConnection }),
    copyText: (text) => {
      copied.push(text);
      return Promise.resolve();
    },
    notify: (notice) => notices.push(notice),
    openUrl: (url) => openedUrls.push(url),
  });
  const parts: WindowParts = { store, actions, preferences, ticker: createTicker(() => Date.now()), texts: english };
  render(<App parts={parts} schemes={createSchemeManager(preferences)} />);
  await actions.load();
  return {
    parts,
    notices,
    copied,
    openedUrls,
    close: () => {
      cleanup();
      actions.close();
    },
  };
}

/** A storage that lives as long as the test. */
export function memoryStorage(): PreferenceStorage {
  const values = new Map<string, string>();
  return {
    getItem: (name) => values.get(name) ?? null,
    setItem: (name, value) => void values.set(name, value),
    removeItem: (name) => void values.delete(name),
  };
}

/** Frames and pauses without a wait: what is asked for is done in the next turns of the event loop, in order. */
const promptFrames: FramePorts = {
  requestFrame: (callback) => setTimeout(callback, 0),
  cancelFrame: (handle) => clearTimeout(handle),
  setTimer: (callback) => setTimeout(callback, 0),
  clearTimer: (handle) => clearTimeout(handle),
};

/** What a page of a browser has and the test's document has not. */
function fillGapsOfTestPage(): void {
  const page = window as unknown as { matchMedia?: unknown; ResizeObserver?: unknown };
  page.matchMedia ??= (media: string) => ({ matches: false, media, addEventListener: nothing, removeEventListener: nothing });
  page.ResizeObserver ??= class {
    readonly observe = nothing;
    readonly unobserve = nothing;
    readonly disconnect = nothing;
  };
  // Nothing is laid out here: every element is said to be as large as a small pane, so that lists draw their lines.
  Object.defineProperties(Element.prototype, {
    clientHeight: { configurable: true, get: () => 300 },
    clientWidth: { configurable: true, get: () => 800 },
  });
  Element.prototype.scrollIntoView = nothing;
  Element.prototype.scrollTo = nothing;
  // Charts measure their texts with a canvas where there is one, and guess where there is none.
  HTMLCanvasElement.prototype.getContext = () => null;
}

function nothing(): void {
  // The page would do something here that cannot be seen in a test.
}
