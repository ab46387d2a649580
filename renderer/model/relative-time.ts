/** How far an instant is from now, in rough words. */
import { formatDuration } from './numbers.ts';

/** The distance and its direction. */
export interface Distance {
  /** In days from two days on, else in words such as `12 m 03 s`. */
  readonly length: { readonly days: number } | { readonly words: string };
  readonly isPast: boolean;
}

const dayMs = 86_400_000;

/** The distance of two times in milliseconds since 1970; `null` where they are less than five seconds apart. */
export function distanceOf(thenMs: number, nowMs: number): Distance | null {
  const ms = Math.abs(nowMs - thenMs);
  if (ms < 5000) return null;
  const isPast = thenMs < nowMs;
  return ms < 2 * dayMs ? { length: { words: formatDuration(ms) }, isPast } : { length: { days: Math.floor(ms / dayMs) }, isPast };
}
