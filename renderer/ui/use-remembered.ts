import { useCallback, useState } from 'react';
import { useWindow } from '../store/window-context.tsx';

/**
 * A value that is remembered on this machine. It is read when the component is first drawn, never at import, and the
 * fallback holds where nothing can be remembered.
 */
export function useRemembered<T>(name: string, fallback: T, isValid: (value: unknown) => value is T): [T, (value: T) => void] {
  const { preferences } = useWindow();
  const [value, setValue] = useState<T>(() => preferences.read(name, isValid) ?? fallback);
  const change = useCallback(
    (next: T) => {
      setValue(next);
      preferences.write(name, next);
    },
    [preferences, name],
  );
  return [value, change];
}

/** Whether a remembered value is a number of pixels. */
export function isPixels(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 && value < 10_000;
}
