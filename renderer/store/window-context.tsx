import { createContext, use } from 'react';
import { useStore } from 'zustand';
import type { Actions } from '../actions/actions.ts';
import type { Preferences } from '../client/preferences.ts';
import type { Texts } from '../texts/texts.ts';
import type { Ticker } from '../ui/ticker.ts';
import type { AppState, AppStore } from './app-store.ts';

/** What every component of one window may reach. */
export interface WindowParts {
  readonly store: AppStore;
  readonly actions: Actions;
  readonly preferences: Preferences;
  readonly ticker: Ticker;
  readonly texts: Texts;
}

/** Carries the parts; filled once, where the window is mounted. */
export const WindowContext = createContext<WindowParts | null>(null);

/** The parts of the window. @throws Error outside a window */
export function useWindow(): WindowParts {
  const parts = use(WindowContext);
  if (parts === null) throw new Error('used outside a window');
  return parts;
}

/** A narrow piece of the window's data; the component is drawn again when that piece changes. */
export function useApp<T>(select: (state: AppState) => T): T {
  return useStore(useWindow().store, select);
}

/** What the window can do. */
export function useActions(): Actions {
  return useWindow().actions;
}

/** The window's texts in the chosen language. */
export function useTexts(): Texts {
  return useWindow().texts;
}
