/**
 * What a client asks: TTC messages parsed into plain data. A message is any number of piggybacks and then one call; a
 * piggyback has no length of its own, so an unknown one makes the rest unreadable. Facts:
 * node_modules/oracledb/lib/thin/protocol/messages/*.js.
 */
import { type BindType, readBindRows, readBindTypes, type WireBind } from './binds.ts';
import { bindOccurrences } from './sql-lexer.ts';
import { type WireReader } from './wire-reader.ts';

/** Something said beside a call. */
export type Piggyback =
  | { readonly kind: 'close-cursors'; readonly ids: readonly number[] }
  | { readonly kind: 'cancel-cursors'; readonly ids: readonly number[] }
  | { readonly kind: 'set-schema'; readonly schema: string }
  | { readonly kind: 'end-to-end'; readonly values: EndToEnd }
  | { readonly kind: 'nothing' };

/** End-to-end metrics; a value that is absent keeps what it was, an empty one clears it. */
export interface EndToEnd {
  readonly clientIdentifier?: string;
  readonly module?: string;
  readonly action?: string;
}

/** Options of an execute call, as bits. */
export const executeOption = { parse: 0x01, bind: 0x08, define: 0x10, execute: 0x20, fetch: 0x40, describe: 0x2_0000 } as const;

/** What is asked for. */
export type Call =
  | { readonly kind: 'authenticate-1'; readonly user: string }
  | { readonly kind: 'authenticate-2'; readonly user: string; readonly pairs: ReadonlyMap<string, string> }
  | ExecuteCall
  | ReexecuteCall
  | { readonly kind: 'fetch'; readonly cursorId: number; readonly rows: number }
  | { readonly kind: 'lob'; readonly operation: number; readonly locator: Buffer; readonly offset: number; readonly amount: number }
  | { readonly kind: 'commit' | 'rollback' | 'ping' | 'logoff' }
  | { readonly kind: 'unknown'; readonly functionCode: number };

export interface ExecuteCall {
  readonly kind: 'execute';
  readonly options: number;
  /** 0: a new statement, whose text is `sql`. */
  readonly cursorId: number;
  readonly sql: string;
  readonly rows: number;
  readonly bindTypes: readonly BindType[];
  /** One list of values per execution. */
  readonly bindRows: readonly (readonly WireBind[])[];
  /** How the client wants the columns, by Oracle's type numbers; empty where it does not say. */
  readonly defines: readonly number[];
}

export interface ReexecuteCall {
  readonly kind: 'reexecute';
  readonly cursorId: number;
  /** Rows to fetch at once; 0: only execute. */
  readonly rows: number;
  readonly executions: number;
  readonly bindRows: readonly (readonly WireBind[])[];
}

/** What parsing needs to know of the session. */
export interface ParseContext {
  readonly fieldVersion: number;
  /** The binds of a cursor's last full execution: re-executions send values only. */
  bindsOf(cursorId: number): { readonly sql: string; readonly types: readonly BindType[] } | undefined;
}

const messageType = { function: 3, piggyback: 0x11 } as const;

/** Parses a request. @throws RangeError or Error on anything unreadable */
export function parseRequest(
  reader: WireReader,
  context: ParseContext,
): { readonly piggybacks: readonly Piggyback[]; readonly call: Call } {
  const piggybacks: Piggyback[] = [];
  for (;;) {
    const type = reader.u8();
    const code = reader.u8();
    reader.u8();
    if (context.fieldVersion >= 18) reader.ub();
    if (type === messageType.function) return { piggybacks, call: parseCall(code, reader, context) };
    if (type !== messageType.piggyback) throw new Error(`unknown message type ${String(type)}`);
    piggybacks.push(parsePiggyback(code, reader));
  }
}

function parsePiggyback(code: number, reader: WireReader): Piggyback {
  switch (code) {
    case 105:
      return { kind: 'close-cursors', ids: readCursorIds(reader) };
    case 120:
      return { kind: 'cancel-cursors', ids: readCursorIds(reader) };
    case 152:
      reader.skip(1);
      reader.ub();
      return { kind: 'set-schema', schema: reader.clrText() };
    case 135:
      return { kind: 'end-to-end', values: readEndToEnd(reader) };
    case 154:
      skipApplicationContext(reader);
      return { kind: 'nothing' };
    case 96:
      skipFreedLobs(reader);
      return { kind: 'nothing' };
    default:
      throw new Error(`unknown piggyback ${String(code)}`);
  }
}

function readCursorIds(reader: WireReader): number[] {
  reader.skip(1);
  return Array.from({ length: reader.ub() }, () => reader.ub());
}

function readEndToEnd(reader: WireReader): EndToEnd {
  reader.skip(2);
  reader.ub();
  const field = (): { readonly set: boolean; readonly length: number } => ({ set: reader.u8() !== 0, length: reader.ub() });
  const clientIdentifier = field();
  const module = field();
  const action = field();
  const ecid = field();
  field();
  const clientInfo = field();
  field();
  field();
  const operation = field();
  const text = (from: { readonly length: number }): string => (from.length > 0 ? reader.clrText() : '');
  const values = { clientIdentifier: text(clientIdentifier), module: text(module), action: text(action) };
  for (const rest of [ecid, clientInfo, operation]) text(rest);
  return {
    ...(clientIdentifier.set ? { clientIdentifier: values.clientIdentifier } : {}),
    ...(module.set ? { module: values.module } : {}),
    ...(action.set ? { action: values.action } : {}),
  };
}

function skipApplicationContext(reader: WireReader): void {
  if (reader.u8() !== 0) reader.ub();
  reader.skip(1);
  const count = reader.ub();
  reader.ub();
  reader.skip(1);
  reader.clr();
  for (let left = count; left > 0; left -= 1) readPair(reader);
}

function skipFreedLobs(reader: WireReader): void {
  reader.skip(1);
  const size = reader.ub();
  reader.skip(1);
  for (let left = 3; left > 0; left -= 1) reader.ub();
  reader.skip(3);
  reader.ub();
  reader.skip(1);
  for (let left = 3; left > 0; left -= 1) reader.ub();
  reader.skip(2);
  reader.ub();
  reader.skip(1);
  reader.ub();
  reader.skip(1);
  reader.ub();
  reader.skip(size);
}

function readPair(reader: WireReader): readonly [string, string] {
  const pair = [reader.lenClrText(), reader.lenClrText()] as const;
  reader.ub();
  return pair;
}

function parseCall(code: number, reader: WireReader, context: ParseContext): Call {
  switch (code) {
    case 118:
      return { kind: 'authenticate-1', user: readAuthentication(reader).user };
    case 115:
      return { kind: 'authenticate-2', ...readAuthentication(reader) };
    case 94:
      return parseExecute(reader, context);
    case 4:
    case 78:
      return parseReexecute(code, reader, context);
    case 5:
      return { kind: 'fetch', cursorId: reader.ub(), rows: reader.ub() };
    case 96:
      return parseLob(reader);
    case 14:
      return { kind: 'commit' };
    case 15:
      return { kind: 'rollback' };
    case 147:
      return { kind: 'ping' };
    case 9:
      return { kind: 'logoff' };
    default:
      return { kind: 'unknown', functionCode: code };
  }
}

/** The body of both authentication messages. */
export function readAuthentication(reader: WireReader): { readonly user: string; readonly pairs: ReadonlyMap<string, string> } {
  const named = reader.u8() !== 0;
  reader.ub();
  reader.ub();
  reader.skip(1);
  const count = reader.ub();
  reader.skip(2);
  const user = named ? reader.clrText() : '';
  return { user, pairs: new Map(Array.from({ length: count }, () => readPair(reader))) };
}

function parseExecute(reader: WireReader, context: ParseContext): ExecuteCall {
  const options = reader.ub();
  const cursorId = reader.ub();
  reader.skip(1);
  const sqlLength = reader.ub();
  reader.skip(1);
  const vectorLength = reader.ub();
  reader.skip(3);
  const rows = reader.ub();
  reader.ub();
  reader.skip(1);
  const bindCount = reader.ub();
  reader.skip(6);
  const defineCount = reader.ub();
  reader.ub();
  reader.skip(3);
  reader.ub();
  reader.skip(1);
  reader.ub();
  reader.ub();
  reader.skip(1);
  reader.ub();
  reader.skip(1);
  if (context.fieldVersion >= 8) {
    reader.skip(1);
    reader.ub();
    reader.skip(1);
    reader.ub();
    reader.skip(1);
  }
  if (context.fieldVersion >= 9) {
    reader.skip(1);
    reader.ub();
  }
  const sql = sqlLength > 0 ? reader.clrText() : (context.bindsOf(cursorId)?.sql ?? '');
  const vector = Array.from({ length: vectorLength }, () => reader.ub());
  const defines =
    (options & executeOption.define) === 0 ? [] : readBindTypes(reader, defineCount, context.fieldVersion).map(({ type }) => type);
  const bindTypes = defines.length > 0 ? [] : readBindTypes(reader, bindCount, context.fieldVersion);
  const executions = vector[7] === 1 ? 1 : Math.max(1, vector[1] ?? 1);
  const bindRows = readBindRows(reader, bindTypes, bindNames(sql, bindTypes.length), executions);
  return { kind: 'execute', options, cursorId, sql, rows, bindTypes, bindRows, defines };
}

function parseReexecute(code: number, reader: WireReader, context: ParseContext): ReexecuteCall {
  const cursorId = reader.ub();
  const count = reader.ub();
  reader.ub();
  reader.ub();
  const known = context.bindsOf(cursorId);
  const types = known?.types ?? [];
  const executions = code === 78 ? 1 : Math.max(1, count);
  const bindRows = readBindRows(reader, types, bindNames(known?.sql ?? '', types.length), executions);
  return { kind: 'reexecute', cursorId, rows: code === 78 ? count : 0, executions, bindRows };
}

/** Names of the binds in the order they are sent: every occurrence in SQL, every distinct name in a PL/SQL block. */
function bindNames(sql: string, count: number): string[] {
  const occurrences = bindOccurrences(sql).map(({ name }) => name);
  return occurrences.length === count ? occurrences : [...new Set(occurrences)];
}

function parseLob(reader: WireReader): Call {
  reader.skip(1);
  const locatorLength = reader.ub();
  reader.skip(1);
  for (let left = 3; left > 0; left -= 1) reader.ub();
  reader.skip(3);
  const operation = reader.ub();
  reader.skip(2);
  const offset = reader.ub();
  reader.ub();
  const sendsAmount = reader.u8() !== 0;
  reader.skip(6);
  const locator = Buffer.from(reader.raw(locatorLength));
  return { kind: 'lob', operation, locator, offset, amount: sendsAmount && reader.remaining > 0 ? reader.ub() : 0 };
}
