/**
 * The lines of a journal. Each is a JSON array `[length,"checksum",entry]`, where `length` counts the bytes of the entry's
 * text and `checksum` is its CRC-32 in eight hexadecimal digits: a line that a dying process wrote in part is told from a
 * whole one, and so is one that the disk has spoiled.
 */
import { crc32 } from 'node:zlib';
import { cleaned } from './stored-text.ts';
import type { HistoryEvent } from './records.ts';

/** One accepted event and when it was recorded, in milliseconds since 1970-01-01 UTC. */
export interface JournalEntry {
  readonly at: number;
  readonly event: HistoryEvent;
}

/** A line that is still to be written. */
export interface Line {
  readonly text: string;
  /** Bytes of the text. */
  readonly size: number;
  /** Bytes of the whole line, with its line end. */
  readonly length: number;
}

/** The line of an entry. */
export function lineOf(entry: JournalEntry): Line {
  const text = JSON.stringify(entry);
  const size = Buffer.byteLength(text);
  return { text, size, length: headLength(size) + size + 2 };
}

/** Writes the line into `target` from `offset` on. */
export function writeLine({ text, size, length }: Line, target: Buffer, offset: number): void {
  const start = offset + headLength(size);
  target.write(text, start, size, 'utf8');
  target.write(`[${String(size)},"${checksum(target.subarray(start, start + size))}",`, offset, 'latin1');
  target.write(']\n', offset + length - 2, 'latin1');
}

/** The bytes of an entry's line. */
export function encodeEntry(entry: JournalEntry): Buffer {
  const line = lineOf(entry);
  const bytes = Buffer.alloc(line.length);
  writeLine(line, bytes, 0);
  return bytes;
}

function headLength(size: number): number {
  return `[${String(size)},"00000000",`.length;
}

/** The entry of a line without its line end; `undefined` where the line is not as it was written. */
export function decodeLine(line: Buffer): JournalEntry | undefined {
  const head = /^\[(\d{1,10}),"([0-9a-f]{8})",/.exec(line.toString('latin1', 0, 32));
  if (head === null) return undefined;
  const [{ length: start }, size = '', expected] = head;
  const end = start + Number(size);
  if (line.length !== end + 1 || line[end] !== 0x5d) return undefined;
  const text = line.subarray(start, end);
  if (checksum(text) !== expected) return undefined;
  return parseEntry(text);
}

/**
 * JSON writes what no store takes (NUL, halves of surrogate pairs) as `\u…`, and else only some control characters: without
 * such an escape there is nothing to clean.
 */
function parseEntry(text: Buffer): JournalEntry {
  const entry = JSON.parse(text.toString('utf8')) as JournalEntry;
  return text.includes('\\u') ? cleaned(entry) : entry;
}

/** What a piece of a journal holds. */
export interface DecodedLines {
  readonly entries: readonly JournalEntry[];
  /** Whole lines that are not as they were written. */
  readonly damaged: readonly string[];
  /** Bytes of whole lines; what follows is the beginning of a line. */
  readonly consumed: number;
}

/** Reads all whole lines of a piece that begins at the beginning of a line. */
export function decodeLines(piece: Buffer): DecodedLines {
  const entries: JournalEntry[] = [];
  const damaged: string[] = [];
  let consumed = 0;
  for (let end = piece.indexOf(0x0a); end !== -1; end = piece.indexOf(0x0a, consumed)) {
    const line = piece.subarray(consumed, end);
    const entry = decodeLine(line);
    if (entry === undefined) damaged.push(line.toString('utf8'));
    else entries.push(entry);
    consumed = end + 1;
  }
  return { entries, damaged, consumed };
}

function checksum(data: Buffer): string {
  return crc32(data).toString(16).padStart(8, '0');
}

/** The file name of a session's `number`th segment. */
export function segmentName(session: string, number: number): string {
  return `journal-${session}-${String(number)}.jsonl`;
}

/** Session and number of a segment's file name, or `undefined` for another file. */
export function parseSegmentName(name: string): { readonly session: string; readonly number: number } | undefined {
  const match = /^journal-(\d+-[0-9a-f]+)-(\d+)\.jsonl$/.exec(name);
  const [, session, number] = match ?? [];
  return session === undefined ? undefined : { session, number: Number(number) };
}
