import { useMemo } from 'react';
import { createInstantFormat, type InstantFormat } from '../../model/instant-format.ts';
import { zoneOf } from '../../model/readiness.ts';
import { useApp } from '../../store/window-context.tsx';

/** Writes instants in the analyst's zone. */
export function useInstants(): InstantFormat {
  const zone = useApp(zoneOf);
  return useMemo(() => createInstantFormat(zone), [zone]);
}

/** An instant to the second: `2026-11-20 14:00:00`. */
export function toSecond(format: InstantFormat, instant: string): string {
  return format.full(`${instant.slice(0, 19)}.000000Z`);
}

/** Seconds between two instants. */
export function secondsBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 1000;
}
