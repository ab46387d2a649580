/** Remembers whether colours follow the system, are light or dark. */
import { isMantineColorScheme, type MantineColorSchemeManager } from '@mantine/core';
import type { Preferences } from '../client/preferences.ts';

const name = 'colors';

/** A manager over the window's preferences; a second window follows at its next start. */
export function createSchemeManager(preferences: Preferences): MantineColorSchemeManager {
  return {
    get: (fallback) => preferences.read(name, isMantineColorScheme) ?? fallback,
    set: (scheme) => preferences.write(name, scheme),
    subscribe: () => undefined,
    unsubscribe: () => undefined,
    clear: () => preferences.forget(name),
  };
}
