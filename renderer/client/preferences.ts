/** What a face remembers on this machine: widths, hidden columns, the colour scheme. Losing it is no harm. */

/** The part of `localStorage` that is used. */
export type PreferenceStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** Small remembered values, as JSON under a name. */
export interface Preferences {
  /** The remembered value if `isValid` accepts it, else `undefined`. Never throws. */
  read<T>(name: string, isValid: (value: unknown) => value is T): T | undefined;
  /** Remembers, where that is possible. Never throws. */
  write(name: string, value: unknown): void;
  forget(name: string): void;
}

const prefix = 'cam.';

/**
 * Preferences over a storage that is looked up at each use, because merely touching `localStorage` throws where the page
 * may not store anything.
 */
export function createPreferences(findStorage: () => PreferenceStorage | undefined): Preferences {
  const withStorage = <T>(work: (storage: PreferenceStorage) => T): T | undefined => {
    try {
      const storage = findStorage();
      return storage === undefined ? undefined : work(storage);
    } catch {
      return undefined;
    }
  };
  return {
    read: (name, isValid) => {
      const value = withStorage((storage): unknown => JSON.parse(storage.getItem(prefix + name) ?? 'null'));
      return isValid(value) ? value : undefined;
    },
    write: (name, value) => {
      withStorage((storage) => storage.setItem(prefix + name, JSON.stringify(value)));
    },
    forget: (name) => {
      withStorage((storage) => storage.removeItem(prefix + name));
    },
  };
}
