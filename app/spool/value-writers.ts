/** The values of a column as Parquet's plain encoding: one writer per kind. NULLs take no room in it. */
import { assertNever } from '../base/assert-never.ts';
import type { Column } from '../model/column.ts';
import type { ByteBuffer } from './byte-buffer.ts';
import { parseWallClock } from './timestamp-text.ts';

/** Why a value cannot be kept: its place in the batch and what it is, in words. It never carries the value itself, which may be a client's. */
export class ValueError extends Error {
  readonly row: number;

  constructor(row: number, what: string) {
    super(what);
    this.name = 'ValueError';
    this.row = row;
  }
}

/** Appends the values that are not NULL to the target. @throws ValueError for the first value that cannot be kept */
export type ValueWriter = (values: readonly unknown[], rowCount: number, target: ByteBuffer) => void;

/** The writer for a column's values. Booleans are written as a byte each; the page packs them. */
export function valueWriterOf(column: Column): ValueWriter {
  switch (column.kind) {
    case 'text':
    case 'decimal':
      return textWriter();
    case 'integer':
      return writeIntegers;
    case 'double':
      return writeDoubles;
    case 'boolean':
      return writeBooleans;
    case 'timestamp':
    case 'instant':
      return column.encoding === 'micros' ? writeIntegers : writeWallClocks;
    default:
      return assertNever(column.kind);
  }
}

const lengthBytes = 4;
/** Stands where a length is going to be, so that a whole batch is encoded by one call into native code. */
const lengthGap = '\0'.repeat(lengthBytes);
/** Every length that is a character of one byte, as it stands in front of its text. */
const shortLengths = Array.from({ length: 128 }, (_, length) => `${String.fromCharCode(length)}\0\0\0`);
/** Bytes that a character of a JavaScript string takes at most. */
const mostBytesPerCharacter = 3;

/** What is short and ASCII is written by {@link writeShortTexts}; a batch that is not makes the next one be written as any text at once. */
function textWriter(): ValueWriter {
  let areShort = true;
  return (values, rowCount, target) => {
    areShort = (areShort && writeShortTexts(values, rowCount, target)) || writeAnyTexts(values, rowCount, target);
  };
}

/**
 * Writes texts of fewer than 128 ASCII characters: in a third less time, for such a length is a character that can stand in front of its
 * text. Returns false and has written nothing where a text is another.
 */
function writeShortTexts(values: readonly unknown[], rowCount: number, target: ByteBuffer): boolean {
  let joined = '';
  for (let row = 0; row < rowCount; row++) {
    const value = values[row];
    if (value === null) continue;
    if (typeof value !== 'string') throw notText(row, value);
    const length = shortLengths[value.length];
    if (length === undefined) return false;
    joined += length;
    joined += value;
  }
  const written = target.reserve(joined.length * mostBytesPerCharacter).write(joined, target.length, 'utf8');
  if (written !== joined.length) return false;
  target.length += written;
  return true;
}

/** Writes texts of any length; returns whether they were short and ASCII after all. */
function writeAnyTexts(values: readonly unknown[], rowCount: number, target: ByteBuffer): boolean {
  const texts: string[] = [];
  let longest = 0;
  for (let row = 0; row < rowCount; row++) {
    const value = values[row];
    if (value === null) continue;
    if (typeof value !== 'string') throw notText(row, value);
    if (value.length > longest) longest = value.length;
    texts.push(value);
  }
  if (texts.length === 0) return true;
  const joined = lengthGap + texts.join(lengthGap);
  const size = Buffer.byteLength(joined, 'utf8');
  const isAscii = size === joined.length;
  if (!isAscii && !joined.isWellFormed()) throw new ValueError(rowOfBrokenText(values), 'text with half a surrogate pair');
  const bytes = target.reserve(size);
  bytes.write(joined, target.length, 'utf8');
  let position = target.length;
  for (const text of texts) {
    const length = isAscii ? text.length : Buffer.byteLength(text, 'utf8');
    bytes.writeUInt32LE(length, position);
    position += lengthBytes + length;
  }
  target.length = position;
  return isAscii && longest < shortLengths.length;
}

function notText(row: number, value: unknown): ValueError {
  return new ValueError(row, `a ${typeof value} where text was announced`);
}

function rowOfBrokenText(values: readonly unknown[]): number {
  return values.findIndex((value) => typeof value === 'string' && !value.isWellFormed());
}

function writeIntegers(values: readonly unknown[], rowCount: number, target: ByteBuffer): void {
  const { words, bigs } = int64View(target, rowCount);
  let index = 0;
  for (let row = 0; row < rowCount; row++) {
    const value = values[row];
    if (value === null) continue;
    if (typeof value === 'bigint') {
      if (BigInt.asIntN(64, value) !== value) throw new ValueError(row, 'a whole number of more than 64 bits');
      bigs[index++] = value;
    } else if (typeof value === 'number') {
      if (!Number.isSafeInteger(value)) throw new ValueError(row, 'a number that is not an exact whole number');
      putInteger(words, index++, value);
    } else throw new ValueError(row, `a ${typeof value} where a whole number was announced`);
  }
  target.length += index * 8;
}

function writeWallClocks(values: readonly unknown[], rowCount: number, target: ByteBuffer): void {
  const { words, bigs } = int64View(target, rowCount);
  let index = 0;
  for (let row = 0; row < rowCount; row++) {
    const value = values[row];
    if (value === null) continue;
    const time = typeof value === 'string' ? parseWallClock(value) : undefined;
    if (time === undefined) throw new ValueError(row, 'not a date and time of the form YYYY-MM-DD HH:MM:SS');
    const micros = time.seconds * 1_000_000 + time.micros;
    // Beyond the year 2255 microseconds need more digits than a double has.
    if (Number.isSafeInteger(micros)) putInteger(words, index++, micros);
    else bigs[index++] = BigInt(time.seconds) * 1_000_000n + BigInt(time.micros);
  }
  target.length += index * 8;
}

function writeDoubles(values: readonly unknown[], rowCount: number, target: ByteBuffer): void {
  const bytes = target.reserve(rowCount * 8);
  const doubles = new Float64Array(bytes.buffer, target.length, rowCount);
  let index = 0;
  for (let row = 0; row < rowCount; row++) {
    const value = values[row];
    if (value === null) continue;
    if (typeof value !== 'number') throw new ValueError(row, `a ${typeof value} where a number was announced`);
    doubles[index++] = value;
  }
  target.length += index * 8;
}

function writeBooleans(values: readonly unknown[], rowCount: number, target: ByteBuffer): void {
  const bytes = target.reserve(rowCount);
  let position = target.length;
  for (let row = 0; row < rowCount; row++) {
    const value = values[row];
    if (value === null) continue;
    if (typeof value !== 'boolean') throw new ValueError(row, `a ${typeof value} where true or false was announced`);
    bytes[position++] = value ? 1 : 0;
  }
  target.length = position;
}

/** The free room as 64-bit numbers and as their two halves, low half first as on every machine Node runs on. */
function int64View(target: ByteBuffer, count: number): { words: Int32Array; bigs: BigInt64Array } {
  const { buffer } = target.reserve(count * 8);
  return { words: new Int32Array(buffer, target.length, count * 2), bigs: new BigInt64Array(buffer, target.length, count) };
}

function putInteger(words: Int32Array, index: number, value: number): void {
  const high = Math.floor(value / 4_294_967_296);
  words[2 * index] = value - high * 4_294_967_296;
  words[2 * index + 1] = high;
}
