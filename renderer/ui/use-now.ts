import { useCallback, useSyncExternalStore } from 'react';
import { useWindow } from '../store/window-context.tsx';

/** The time in milliseconds, once a second while `isActive`; a still value otherwise. */
export function useNow(isActive: boolean): number {
  const { ticker } = useWindow();
  const subscribe = useCallback((listener: () => void) => (isActive ? ticker.subscribe(listener) : () => undefined), [ticker, isActive]);
  return useSyncExternalStore(subscribe, ticker.nowMs);
}
