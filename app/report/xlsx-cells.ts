/** Cells of a worksheet (Office Open XML, ECMA-376): numbers and dates as such where a spreadsheet keeps them exactly, text otherwise. */
import { assertNever } from '../base/assert-never.ts';
import type { ColumnKind } from '../model/column.ts';
import type { Cell, TableColumn } from '../model/table.ts';
import type { ZoneOffsets } from './zone-offsets.ts';

/** Places of the cell formats in `xl/styles.xml`. */
export const cellStyles = { plain: 0, header: 1, date: 2, text: 3, label: 4, heading: 5 } as const;

/** The most characters that a spreadsheet takes in one cell. */
export const longestCell = 32_767;

/** Digits that a spreadsheet keeps of a number. */
const exactDigits = 15;
const dayMs = 86_400_000;
/** Spreadsheets count days from here; before March 1900 they count wrongly (they know a 29 February 1900). */
const daysTo1970 = 25_569;
const firstDateMs = Date.UTC(1900, 2, 1);
const lastDateMs = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * A text as it stands in a worksheet. What XML cannot hold is written as `_xHHHH_`, which spreadsheets read back; a text
 * that already looks so is protected.
 */
export function xmlText(text: string): string {
  if (!needsCare.test(text)) return text;
  return text
    .replaceAll(/_(?=x[\da-fA-F]{4}_)/g, '_x005F_')
    .replaceAll(unwritable, (character) => `_x${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

// Control characters but tab and line feed, half surrogate pairs, and the two that are no characters. A carriage return may
// stand in XML but is read back as a line feed.
const unwritable = /[\0-\x08\x0b-\x1f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const needsCare = /[&<>"\0-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|_x[\da-fA-F]{4}_/;

/** `A`, `B`, …, `Z`, `AA`, … for 0, 1, …. */
export function columnLetters(place: number): string {
  const rest = Math.floor(place / 26);
  return `${rest === 0 ? '' : columnLetters(rest - 1)}${String.fromCharCode(65 + (place % 26))}`;
}

/** A cell of text. */
export function textCell(reference: string, text: string, style: number): string {
  const space = outerBlanks.test(text) ? ' xml:space="preserve"' : '';
  return `<c r="${reference}" s="${String(style)}" t="inlineStr"><is><t${space}>${xmlText(text)}</t></is></c>`;
}

const outerBlanks = /^\s|\s$/;

/** Days since the spreadsheet's zero of a wall clock (milliseconds as if it were UTC), or `undefined` where it knows no date. */
export function serialDate(wallMs: number): number | undefined {
  return wallMs >= firstDateMs && wallMs <= lastDateMs ? wallMs / dayMs + daysTo1970 : undefined;
}

/** Writes the rows of one table. */
export class RowWriter {
  readonly #letters: readonly string[];
  readonly #writers: readonly ((reference: string, cell: string) => string)[];
  readonly #offsets: ZoneOffsets;
  #cutCells = 0;

  /** Instants are shown in the zone of `offsets`. */
  constructor(columns: readonly TableColumn[], offsets: ZoneOffsets) {
    this.#letters = columns.map((_, place) => columnLetters(place));
    this.#writers = columns.map((column) => this.#writerOf(column.kind));
    this.#offsets = offsets;
  }

  /** Texts that were longer than a spreadsheet takes. */
  get cutCells(): number {
    return this.#cutCells;
  }

  /** One row; NULL leaves its cell out. `number` counts from 1. */
  row(number: number, cells: readonly Cell[]): string {
    let row = `<row r="${String(number)}">`;
    for (let place = 0; place < cells.length; place++) {
      const cell = cells[place];
      if (cell != null) row += this.#writers[place]?.(`${this.#letters[place] ?? ''}${String(number)}`, cell) ?? '';
    }
    return `${row}</row>`;
  }

  #writerOf(kind: ColumnKind): (reference: string, cell: string) => string {
    switch (kind) {
      case 'text':
        return (reference, cell) => this.#text(reference, cell);
      case 'integer':
      case 'decimal':
      case 'double':
        return (reference, cell) =>
          isExactNumber(cell, kind) ? `<c r="${reference}"><v>${String(Number(cell))}</v></c>` : this.#text(reference, cell);
      case 'boolean':
        return (reference, cell) => `<c r="${reference}" t="b"><v>${cell === 'true' ? '1' : '0'}</v></c>`;
      case 'timestamp':
        return (reference, cell) => this.#date(reference, cell, wallMsOf(cell));
      case 'instant':
        return (reference, cell) => {
          const ms = wallMsOf(cell);
          return this.#date(reference, cell, ms === undefined ? undefined : ms + this.#offsets.at(ms));
        };
      default:
        return assertNever(kind);
    }
  }

  #date(reference: string, cell: string, wallMs: number | undefined): string {
    const serial = wallMs === undefined ? undefined : serialDate(wallMs);
    if (serial === undefined) return this.#text(reference, cell);
    return `<c r="${reference}" s="${String(cellStyles.date)}"><v>${String(serial)}</v></c>`;
  }

  #text(reference: string, cell: string): string {
    if (cell.length <= longestCell) return textCell(reference, cell, cellStyles.text);
    this.#cutCells++;
    const note = `… [cut: ${String(cell.length)} characters in all]`;
    return textCell(reference, `${cell.slice(0, longestCell - note.length)}${note}`, cellStyles.text);
  }
}

/** Whether a spreadsheet shows the number with all its digits. A double has no more than it needs anyway. */
function isExactNumber(cell: string, kind: 'integer' | 'decimal' | 'double'): boolean {
  if (kind === 'double') return Number.isFinite(Number(cell));
  if (!/^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(cell)) return false;
  return cell.replaceAll(/[-.]/g, '').replace(/^0+/, '').length <= exactDigits;
}

const timePattern = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{6})?Z?$/;

/**
 * Milliseconds, with the microseconds as fraction, of a cell's date and time as if it were UTC. Digit by digit: taking the
 * text apart by a pattern was a fifth of the time of a whole export.
 */
function wallMsOf(cell: string): number | undefined {
  if (!timePattern.test(cell)) return undefined;
  const year = digits(cell, 0, 4);
  // Date.UTC takes the years 0 to 99 for 1900 to 1999; such years are no spreadsheet dates anyway.
  if (year < 100) return undefined;
  const seconds = Date.UTC(year, digits(cell, 5, 2) - 1, digits(cell, 8, 2), digits(cell, 11, 2), digits(cell, 14, 2), digits(cell, 17, 2));
  return cell.charAt(19) === '.' ? seconds + digits(cell, 20, 6) / 1000 : seconds;
}

function digits(text: string, from: number, count: number): number {
  let value = 0;
  for (let place = from; place < from + count; place++) value = value * 10 + text.charCodeAt(place) - 48;
  return value;
}
