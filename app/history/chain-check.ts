/**
 * Checks an audit chain, entry after entry in the order in which they stand, and names what is wrong. An entry proves its own
 * place, because its place is hashed with it: one that stands elsewhere was moved, a place that nobody proves was removed.
 */
import { type ChainEntry, type ChainHead, entryHash } from './audit-chain.ts';
import { sha256 } from './stored-text.ts';
import type { ChainFault, ChainVerdict } from '../model/history-audit.ts';

export type { ChainFault, ChainVerdict } from '../model/history-audit.ts';

/** An entry, and what is to be found of its record. */
export interface CheckedEntry {
  readonly entry: ChainEntry;
  /**
   * Canonical JSON of the record as it is now; `missing` where there is none; `superseded` where a later entry is about the
   * same record.
   */
  readonly content: string | { readonly kind: 'missing' | 'superseded' };
  /** Records that this entry says were deleted: places of executions as pairs of first and last, ids of runs. */
  readonly deleted?: { readonly places: readonly (readonly [number, number])[]; readonly runs: readonly string[] };
}

const mostFaults = 1000;
/** For so many entries at most it is worth finding out where they stood before: it takes a hash for every place. */
const mostSearches = 20;
/** So many places that are passed over at once are named one by one. */
const mostGaps = 100_000;

/** Checks entries one by one. */
export class ChainCheck {
  readonly #faults: ChainFault[] = [];
  readonly #missingRecords: ChainEntry[] = [];
  readonly #deletedPlaces: (readonly [number, number])[] = [];
  readonly #deletedRuns = new Set<string>();
  /** Places that were passed over. */
  readonly #gaps = new Set<number>();
  /** Places of entries that stand elsewhere. */
  readonly #moved = new Set<number>();
  readonly #lastSeq: number;
  readonly #expected: ChainHead | undefined;
  #last: ChainHead;
  #lastEntry: ChainEntry | undefined;
  /** The entry before was found to be changed: whether it is the right one need not be asked. */
  #isLastChanged = false;
  /** How far the entry before stood from its place. */
  #shift = 0;
  #searches = 0;
  #entries = 0;

  /**
   * `start` is the head before the first entry; `lastSeq` the highest place that occurs; `expected` a head that was noted
   * earlier, elsewhere.
   */
  constructor(start: ChainHead, lastSeq: number, expected?: ChainHead) {
    this.#last = start;
    this.#lastSeq = lastSeq;
    this.#expected = expected;
  }

  /** Takes the next entry as it stands. */
  take({ entry, content, deleted }: CheckedEntry): void {
    this.#entries += 1;
    this.#checkRecord(entry, content);
    const place = this.#provenPlace(entry);
    if (place === undefined) {
      this.#tell('changed', entry, `Entry ${nameOf(entry)} is not as it was written.`);
      this.#follow(entry);
      this.#isLastChanged = true;
      return;
    }
    this.#deletedPlaces.push(...(deleted?.places ?? []));
    for (const run of deleted?.runs ?? []) this.#deletedRuns.add(run);
    if (place === entry.seq) this.#standsRight(entry);
    else this.#standsElsewhere(entry, place);
    this.#shift = entry.seq - place;
  }

  /** What was found, once all entries were taken. */
  finish(): ChainVerdict {
    this.#passOver(this.#last.seq + 1, greatest(this.#moved));
    for (const seq of this.#gaps) {
      if (!this.#moved.has(seq)) this.#tell('removed', { seq, subject: null }, `Entry ${String(seq)} was removed from the chain.`);
    }
    for (const entry of without(this.#missingRecords, this.#deletedPlaces)) {
      if (entry.kind !== 'execution' && this.#deletedRuns.has(entry.subject)) continue;
      this.#tell('removed', entry, `The record of entry ${nameOf(entry)} was removed.`);
    }
    const expected = this.#expected;
    if (expected !== undefined && this.#last.seq < expected.seq) {
      const message = `The chain ends at place ${String(this.#last.seq)}; it has had ${String(expected.seq)} entries.`;
      this.#tell('removed', { seq: expected.seq, subject: null }, message);
    }
    return { isIntact: this.#faults.length === 0, entries: this.#entries, head: this.#last, faults: this.#faults };
  }

  /** Adds something that was found elsewhere. */
  add(fault: ChainFault): void {
    if (this.#faults.length < mostFaults) this.#faults.push(fault);
  }

  #standsRight(entry: ChainEntry): void {
    if (entry.seq <= this.#last.seq) {
      // Two entries for one place: the next one tells which of them it was written after.
      this.#tell('inserted', entry, `Entry ${nameOf(entry)} stands beside another one for the same place.`);
      return;
    }
    if (entry.seq === this.#last.seq + 1 && entry.previousHash !== this.#last.hash && this.#shift === 0 && !this.#isLastChanged) {
      const before = this.#lastEntry ?? { seq: this.#last.seq, subject: null };
      const message = `Entry ${String(this.#last.seq)} is not the one after which entry ${nameOf(entry)} was written.`;
      this.#tell('changed', before, message);
    }
    this.#follow(entry);
  }

  #standsElsewhere(entry: ChainEntry, place: number): void {
    this.#moved.add(place);
    const before = this.#lastEntry;
    if (before?.seq === place && before.hash !== entry.hash) {
      this.#tell('inserted', before, `Entry ${nameOf(before)} was inserted: another one was written for its place.`);
    }
    // Where all that follows stands equally far from its place it is told once.
    if (entry.seq - place === this.#shift) return;
    const message = `The entry of ${entry.kind} ${entry.subject} was written at place ${String(place)} and stands at ${String(entry.seq)}.`;
    this.#tell('reordered', { seq: place, subject: entry.subject }, message);
  }

  #checkRecord(entry: ChainEntry, content: CheckedEntry['content']): void {
    if (typeof content === 'string') {
      if (sha256(content) !== entry.contentHash) this.#tell('changed', entry, `The record of entry ${nameOf(entry)} was changed.`);
    } else if (content.kind === 'missing') this.#missingRecords.push(entry);
    const expected = this.#expected;
    if (expected?.seq === entry.seq && expected.hash !== entry.hash)
      this.#tell('changed', entry, `Entry ${nameOf(entry)} is not the one that was noted: the chain was written anew.`);
  }

  /** The place for which the entry's hash is right: its own, or the one it stood at before. */
  #provenPlace(entry: ChainEntry): number | undefined {
    const isRightAt = (seq: number): boolean => entryHash(entry.previousHash, { ...entry, seq }) === entry.hash;
    if (isRightAt(entry.seq)) return entry.seq;
    if (this.#shift !== 0 && isRightAt(entry.seq - this.#shift)) return entry.seq - this.#shift;
    if (this.#searches >= mostSearches) return undefined;
    this.#searches += 1;
    for (let seq = 1; seq <= this.#lastSeq + mostSearches; seq += 1) if (isRightAt(seq)) return seq;
    return undefined;
  }

  #follow(entry: ChainEntry): void {
    this.#passOver(this.#last.seq + 1, entry.seq);
    if (entry.seq <= this.#last.seq) return;
    this.#last = { seq: entry.seq, hash: entry.hash };
    this.#lastEntry = entry;
    this.#isLastChanged = false;
  }

  /** Notes the places from `from` to the one before `before`; where they are very many (a place was forged), only their number is told. */
  #passOver(from: number, before: number): void {
    if (before - from > mostGaps) {
      const message = `Entries ${String(from)} to ${String(before - 1)} were removed from the chain, or the place behind them is forged.`;
      this.#tell('removed', { seq: from, subject: null }, message);
      return;
    }
    for (let place = from; place < before; place += 1) this.#gaps.add(place);
  }

  #tell(kind: ChainFault['kind'], { seq, subject }: Pick<ChainFault, 'seq' | 'subject'>, message: string): void {
    this.add({ kind, seq, subject, message });
  }
}

function nameOf({ seq, kind, subject }: ChainEntry): string {
  return `${String(seq)} (${kind} ${subject})`;
}

function greatest(places: ReadonlySet<number>): number {
  let last = 0;
  for (const place of places) last = Math.max(last, place);
  return last;
}

/** The entries whose places lie in none of the ranges. */
function without(entries: readonly ChainEntry[], ranges: readonly (readonly [number, number])[]): readonly ChainEntry[] {
  const ascending = [...ranges].sort(([a], [b]) => a - b);
  let index = 0;
  let covered = 0;
  return [...entries]
    .sort((a, b) => a.seq - b.seq)
    .filter(({ seq }) => {
      for (let range = ascending[index]; range !== undefined && range[0] <= seq; range = ascending[++index])
        covered = Math.max(covered, range[1]);
      return seq > covered;
    });
}
