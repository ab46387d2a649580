/**
 * Sample ticket caches and what they must be read as. They were written by MIT Kerberos and Heimdal against a test realm;
 * every byte of a key is `K` and every byte of a ticket `T`, so that a leak is seen at once.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CacheProblem, CacheReading } from '../kerberos/ccache.ts';
import type { PreflightVerdict, TicketReason } from '../model/preflight.ts';

/** Folder of the samples. */
export const ticketCacheFolder = join(import.meta.dirname, 'fixtures', 'kerberos');

/** One sample. `verdict` and `reasons` hold at the samples' own time. */
export interface SampleCache {
  readonly file: string;
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly reading?: CacheReading;
  readonly problem?: CacheProblem;
  readonly verdict: PreflightVerdict;
  readonly reasons: readonly TicketReason[];
}

/** All samples, and the moment (an instant) at which their verdicts hold. */
export function sampleCaches(): { readonly now: string; readonly samples: readonly SampleCache[] } {
  const text = readFileSync(join(ticketCacheFolder, 'expected.json'), 'utf8');
  const expected = JSON.parse(text) as { now: string; caches: Record<string, Omit<SampleCache, 'file' | 'path' | 'bytes'>> };
  const samples = Object.entries(expected.caches).map(([file, facts]) => {
    const path = join(ticketCacheFolder, file);
    return { file, path, bytes: new Uint8Array(readFileSync(path)), ...facts };
  });
  return { now: expected.now, samples };
}

/** One sample by name. */
export function sampleCache(file: string): SampleCache {
  const found = sampleCaches().samples.find((sample) => sample.file === file);
  if (found === undefined) throw new Error(`no sample ${file}`);
  return found;
}

/** The analyst's cache with other times, in milliseconds since 1970: a ticket that holds when a test runs. */
export function ticketCacheAt(times: { readonly startMs: number; readonly endMs: number; readonly renewTillMs: number }): Uint8Array {
  const bytes = Buffer.from(readFileSync(join(ticketCacheFolder, 'analyst.ccache')));
  const [ticket] = sampleCache('analyst.ccache').reading?.tickets ?? [];
  if (ticket === undefined) throw new Error('the sample has no ticket');
  const changes = [
    [ticket.startTime, times.startMs],
    [ticket.endTime, times.endMs],
    [ticket.renewTill, times.renewTillMs],
  ] as const;
  for (const [from, toMs] of changes) {
    const old = Buffer.alloc(4);
    old.writeUInt32BE(from);
    for (let at = bytes.indexOf(old); at >= 0; at = bytes.indexOf(old, at + 4)) bytes.writeUInt32BE(Math.floor(toMs / 1000), at);
  }
  return bytes;
}

/** Small seeded generator (mulberry32): the same numbers on every machine. Gives whole numbers from 0 to below `limit`. */
export function seededNumbers(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}
