/**
 * What the server answers: TTC messages written into one buffer. Facts: `processMessage` and its kin in
 * node_modules/oracledb/lib/thin/protocol/messages/*.js, read from the other side.
 */
import { type AuthPair } from './authentication.ts';
import { type WireColumn, writeColumn } from './columns.ts';
import { type OraError } from './ora-error.ts';
import { type Profile } from './profiles.ts';
import { type WireWriter } from './wire-writer.ts';

const messageType = {
  protocol: 1,
  dataTypes: 2,
  error: 4,
  rowHeader: 6,
  parameter: 8,
  status: 9,
  lobData: 14,
  describe: 16,
  endOfResponse: 29,
} as const;

/** Call status bit: a transaction is in progress; the client then rolls back before it leaves. */
const inTransaction = 2;
const utf8 = 873;
const noDataFound = 1403;
const currentSchemaKeyword = 168;

/** Protocol negotiation. Runtime capabilities promise the database's time zone and texts of 32,767 bytes. */
export function writeProtocol(writer: WireWriter, profile: Profile): void {
  writer.u8(messageType.protocol).u8(6).u8(0);
  writer.raw(Buffer.from(`${profile.banner}\0`, 'latin1'));
  writer.u16le(utf8).u8(0).u16le(0);
  const encoding = Buffer.alloc(11);
  encoding.writeUInt16BE(2000, 9);
  writer.u16(encoding.length).raw(encoding);
  const compileTime = Buffer.alloc(64);
  compileTime[7] = profile.fieldVersion;
  writer.clr(compileTime);
  writer.clr(Buffer.from([2, 1, 0, 0, 0, 0, 4]));
}

/** Data type negotiation: the database's time zone is +00:00, and the client's types stand. */
export function writeDataTypes(writer: WireWriter): void {
  writer.u8(messageType.dataTypes);
  writer.raw(Buffer.from([0x80, 0, 0, 0, 60, 60, 0x80, 0, 0, 0, 0]));
  writer.u16(0);
}

/** Keys and values of an authentication step. */
export function writeAuthPairs(writer: WireWriter, pairs: readonly AuthPair[]): void {
  writer.u8(messageType.parameter).ub(pairs.length);
  for (const { key, value, flags } of pairs)
    writer
      .lenClrText(key)
      .lenClrText(value)
      .ub(flags ?? 0);
}

/** The answer to a call that returns nothing. */
export function writeStatus(writer: WireWriter, transaction: boolean): void {
  writer.u8(messageType.status).ub(transaction ? inTransaction : 0, 0);
}

/** The columns of a query. */
export function writeDescribe(writer: WireWriter, columns: readonly WireColumn[], fieldVersion: number): void {
  writer.u8(messageType.describe).clr(null).ub(0, columns.length);
  if (columns.length > 0) writer.u8(0);
  columns.forEach((column, index) => {
    writeColumn(writer, column, index + 1, fieldVersion);
  });
  writer.ub(0, 0, 0, 0, 0, 0);
}

/** What precedes rows. */
export function writeRowHeader(writer: WireWriter, columns: number, rows: number): void {
  writer.u8(messageType.rowHeader).u8(0).ub(columns, 0, rows, 0, 0, 0);
}

/** Return parameters; `schema` tells the client which schema is current now. */
export function writeParameters(writer: WireWriter, schema?: string): void {
  writer.u8(messageType.parameter).ub(0, 0);
  if (schema === undefined) writer.ub(0);
  else writer.ub(1).lenClrText(schema).ub(0, currentSchemaKeyword);
  writer.ub(0);
}

/** How a call on a cursor ended. */
export interface CallEnd {
  readonly cursorId: number;
  /** Rows fetched or changed so far. */
  readonly rows: number;
  readonly transaction: boolean;
  /** `exhausted`: no more rows; an error; or undefined: fine, and there may be more. */
  readonly outcome: 'exhausted' | OraError | undefined;
}

/** Ends a call: the message is called ERROR although most of them say that all is well. */
export function writeEnd(writer: WireWriter, end: CallEnd, fieldVersion: number): void {
  const { outcome } = end;
  const code = outcome === undefined ? 0 : outcome === 'exhausted' ? noDataFound : outcome.code;
  const position = typeof outcome === 'object' ? (outcome.position ?? 0) : 0;
  writer.u8(messageType.error);
  writer.ub(end.transaction ? inTransaction : 0, 0, end.rows, Math.min(code, 0xffff), 0, 0, end.cursorId, Math.min(position, 0x7fff));
  writer.raw(Buffer.alloc(6));
  writer.ub(0, 0).u8(0).ub(0, 0);
  writer.ub(0).u8(0).u8(0).ub(0, 0);
  writer.ub(0, 0, 0, 0);
  writer.ub(code, end.rows);
  if (fieldVersion >= 14) writer.ub(0, 0);
  if (code !== 0) writer.clrText(`${typeof outcome === 'object' ? outcome.text : 'ORA-01403: no data found'}\n`);
}

/** A piece of a large object, its locator again, and how much of it came. */
export function writeLobPiece(writer: WireWriter, data: Buffer, locator: Buffer, amount: number): void {
  if (data.length > 0) writer.u8(messageType.lobData).clr(data);
  writer.u8(messageType.parameter).raw(locator).ub(amount);
}

/** The byte that ends a response where the client was promised one. */
export function writeEndOfResponse(writer: WireWriter): void {
  writer.u8(messageType.endOfResponse);
}
