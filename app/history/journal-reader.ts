/** Reads what a session has told, from where the store left off. */
import { closeSync, openSync, readdirSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalPosition } from './journal.ts';
import { decodeLines, type DecodedLines, parseSegmentName, segmentName } from './journal-format.ts';

/** A piece of a journal: its entries, and where the next piece begins. */
export interface JournalPiece extends Omit<DecodedLines, 'consumed'> {
  readonly next: JournalPosition;
}

/** About so many bytes are read at a time, some 2,000 records: they share a transaction, and so its pages. */
const pieceBytes = 2 << 20;

/**
 * Reads the piece at `from`; `undefined` at the end. `end` is how far a living session has come: nothing behind it is read.
 * The session of a dead process is read to the end of its files, where a torn last line is left out: it was never accepted.
 */
export function readPiece(directory: string, session: string, from: JournalPosition, end?: JournalPosition): JournalPiece | undefined {
  const numbers = segmentsOf(directory, session).filter((number) => number >= from.segment && (end === undefined || number <= end.segment));
  for (const segment of numbers) {
    const offset = segment === from.segment ? from.bytes : 0;
    const limit = segment === end?.segment ? end.bytes : Number.POSITIVE_INFINITY;
    const { entries, damaged, consumed } = readLines(join(directory, segmentName(session, segment)), offset, limit);
    if (consumed > 0) return { entries, damaged, next: { segment, bytes: offset + consumed } };
  }
  return undefined;
}

/** Removes the segments of a session before `before`, or all of them. */
export function removeSegments(directory: string, session: string, before = Number.POSITIVE_INFINITY): void {
  for (const number of segmentsOf(directory, session)) {
    if (number < before) rmSync(join(directory, segmentName(session, number)), { force: true });
  }
}

/** Sessions that have left segments in the folder. */
export function journalledSessions(directory: string): readonly string[] {
  return [...new Set(readdirSync(directory).flatMap((name) => parseSegmentName(name)?.session ?? []))];
}

function segmentsOf(directory: string, session: string): readonly number[] {
  const numbers = readdirSync(directory).flatMap((name) => {
    const parsed = parseSegmentName(name);
    return parsed?.session === session ? [parsed.number] : [];
  });
  return numbers.sort((a, b) => a - b);
}

/** Whole lines from `offset` on; more than a piece only where one line is longer. */
function readLines(path: string, offset: number, limit: number): DecodedLines {
  const file = openSync(path, 'r');
  try {
    for (let size = pieceBytes; ; size *= 4) {
      const wanted = Math.min(size, limit - offset);
      const buffer = Buffer.allocUnsafe(wanted);
      const read = readFully(file, buffer, offset);
      const lines = decodeLines(buffer.subarray(0, read));
      if (lines.consumed > 0 || read < size) return lines;
    }
  } finally {
    closeSync(file);
  }
}

function readFully(file: number, buffer: Buffer, offset: number): number {
  let total = 0;
  while (total < buffer.length) {
    const read = readSync(file, buffer, total, buffer.length - total, offset + total);
    if (read === 0) break;
    total += read;
  }
  return total;
}
