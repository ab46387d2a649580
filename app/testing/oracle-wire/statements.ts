/** Statements of one session: cursors, executions and fetches. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Execute, type WireResult } from './backend.ts';
import { type BindType, type WireBind } from './binds.ts';
import { isLob, type ValueEncoder, type WireColumn } from './columns.ts';
import { type CallChannel } from './connection.ts';
import { asksForRole } from './data-guard.ts';
import { type FaultList, type FaultTarget } from './faults.ts';
import { Lobs } from './lobs.ts';
import { OpenResult, rowFaultsFor, whileCalling } from './open-result.ts';
import { asOraError, OraError } from './ora-error.ts';
import { type Profile } from './profiles.ts';
import { executeOption, type ExecuteCall, type ReexecuteCall } from './requests.ts';
import { type CallEnd, writeDescribe, writeEnd, writeParameters, writeRowHeader } from './responses.ts';
import { type SessionState } from './session-state.ts';
import { firstWord } from './sql-lexer.ts';

interface Cursor {
  readonly id: number;
  readonly sql: string;
  readonly isQuery: boolean;
  bindTypes: readonly BindType[];
  columns: readonly WireColumn[] | undefined;
  defines: readonly number[];
  encoders: readonly ValueEncoder[];
  result: OpenResult | undefined;
}

/** What the statements of a session need. */
export interface StatementContext {
  readonly sessionId: number;
  readonly profile: Profile;
  readonly state: SessionState;
  readonly faults: FaultList;
  readonly execute: Execute;
  /** Told of every statement that is executed. */
  readonly onStatement: (sql: string) => void;
}

/** The cursors of a session and the calls on them. */
export class Statements {
  readonly #context: StatementContext;
  readonly #cursors = new Map<number, Cursor>();
  readonly #lobs = new Lobs();
  #lastId = 0;
  #lastCursorId = 0;
  #running: { readonly sql: string; readonly since: number } | undefined;

  constructor(context: StatementContext) {
    this.#context = context;
  }

  /** The statement a call is working on, and since when (milliseconds since 1970). */
  get running(): { readonly sql: string; readonly since: number } | undefined {
    return this.#running;
  }

  /** SQL of every result that has rows left and has not been closed. */
  get openResults(): string[] {
    return [...this.#cursors.values()].filter(({ result }) => result !== undefined).map(({ sql }) => sql);
  }

  /** The cursor of the last call, if it had one and was answered well. */
  get lastCursorId(): number {
    return this.#lastCursorId;
  }

  /** Another call begins. */
  forgetLastCursor(): void {
    this.#lastCursorId = 0;
  }

  get lobs(): Lobs {
    return this.#lobs;
  }

  /** What is known of a cursor's binds. */
  bindsOf(cursorId: number): { readonly sql: string; readonly types: readonly BindType[] } | undefined {
    const cursor = this.#cursors.get(cursorId);
    return cursor === undefined ? undefined : { sql: cursor.sql, types: cursor.bindTypes };
  }

  /** Forgets cursors the client has closed. */
  async closeCursors(ids: readonly number[]): Promise<void> {
    await this.cancelCursors(ids);
    for (const id of ids) this.#cursors.delete(id);
  }

  /** Ends the results of cursors the client keeps. */
  async cancelCursors(ids: readonly number[]): Promise<void> {
    for (const id of ids) {
      const cursor = this.#cursors.get(id);
      if (cursor !== undefined) await closeResult(cursor);
    }
  }

  /** Ends everything. */
  async closeAll(): Promise<void> {
    await this.closeCursors([...this.#cursors.keys()]);
  }

  async execute(call: ExecuteCall, channel: CallChannel): Promise<void> {
    const known = this.#cursors.get(call.cursorId);
    if (call.cursorId !== 0 && known === undefined) throw new OraError(1001);
    const cursor = known ?? this.#newCursor(call.sql);
    if ((call.options & executeOption.define) !== 0) {
      cursor.defines = call.defines;
      cursor.encoders = this.#lobs.encodersOf(cursor.columns ?? [], cursor.defines);
      writeParameters(channel.message);
      this.#end(cursor, channel, undefined);
      return;
    }
    cursor.bindTypes = call.bindTypes;
    await this.#guard(cursor, known === undefined, channel, async () => {
      if ((call.options & executeOption.describe) !== 0) await this.#describe(cursor, channel);
      else {
        const wanted = (call.options & executeOption.fetch) === 0 ? 0 : call.rows;
        await this.#run(cursor, call.bindRows, wanted, channel, known === undefined);
      }
    });
  }

  async reexecute(call: ReexecuteCall, channel: CallChannel): Promise<void> {
    const cursor = this.#cursors.get(call.cursorId);
    if (cursor === undefined) throw new OraError(1001);
    const bindRows = call.bindRows.length === 0 ? Array.from({ length: call.executions }, () => []) : call.bindRows;
    await this.#guard(cursor, false, channel, () => this.#run(cursor, bindRows, call.rows, channel, false));
  }

  async fetch(cursorId: number, rows: number, channel: CallChannel): Promise<void> {
    const cursor = this.#cursors.get(cursorId);
    if (cursor === undefined) throw new OraError(1001);
    await this.#guard(cursor, false, channel, async () => {
      const { result } = cursor;
      if (result === undefined) throw new OraError(1002);
      await this.#delay('fetch', cursor, channel.signal);
      writeRowHeader(channel.message, cursor.columns?.length ?? 0, rows);
      await this.#sendRows(cursor, result, rows, channel);
    });
  }

  /** Runs a call on a cursor: shows it as running, turns what it throws into the call's end, and leaves nothing open after that. */
  async #guard(cursor: Cursor, isNew: boolean, channel: CallChannel, work: () => Promise<void>): Promise<void> {
    this.#running = { sql: cursor.sql, since: Date.now() };
    try {
      await work();
    } catch (error) {
      await closeResult(cursor);
      if (isNew) this.#cursors.delete(cursor.id);
      if (channel.signal.aborted) throw error;
      const end: CallEnd = { cursorId: isNew ? 0 : cursor.id, rows: 0, transaction: this.#inTransaction, outcome: asOraError(error) };
      writeEnd(channel.message, end, this.#context.profile.fieldVersion);
      if (end.outcome instanceof OraError && end.outcome.endsSession) channel.hangUpAfterwards();
    } finally {
      this.#running = undefined;
    }
  }

  async #describe(cursor: Cursor, channel: CallChannel): Promise<void> {
    await this.#delay('parse', cursor, channel.signal);
    this.#failAt('parse', cursor);
    if (cursor.isQuery) {
      const result = await this.#ask(cursor, [], true, channel.signal);
      if (result.kind === 'rows') {
        cursor.columns = result.columns;
        writeDescribe(channel.message, result.columns, this.#context.profile.fieldVersion);
      }
    }
    writeParameters(channel.message);
    this.#end(cursor, channel, undefined);
  }

  async #run(
    cursor: Cursor,
    bindRows: readonly (readonly WireBind[])[],
    wanted: number,
    channel: CallChannel,
    isNew: boolean,
  ): Promise<void> {
    const { state } = this.#context;
    await closeResult(cursor);
    this.#context.onStatement(cursor.sql);
    if (isNew) this.#failAt('parse', cursor);
    await this.#delay('execute', cursor, channel.signal);
    this.#failAt('execute', cursor);
    const schema = state.schema;
    if (state.run(cursor.sql)) {
      writeParameters(channel.message, state.schema === schema ? undefined : state.schema);
      this.#end(cursor, channel, undefined);
      return;
    }
    state.beginChange(cursor.sql);
    let affected = 0;
    for (const binds of bindRows.length === 0 ? [[]] : bindRows) {
      const controller = new AbortController();
      const result = await whileCalling(channel.signal, controller, () => this.#ask(cursor, binds, false, controller.signal));
      if (result.kind === 'rows') {
        await this.#openResult(cursor, result, controller, wanted, channel, isNew);
        return;
      }
      affected += result.rowsAffected ?? 0;
    }
    writeParameters(channel.message);
    this.#end(cursor, channel, undefined, affected);
  }

  async #openResult(
    cursor: Cursor,
    { columns, rows }: Extract<WireResult, { kind: 'rows' }>,
    controller: AbortController,
    wanted: number,
    channel: CallChannel,
    isNew: boolean,
  ): Promise<void> {
    const { faults, profile } = this.#context;
    const result = new OpenResult(rows, controller, rowFaultsFor(faults, targetOf(cursor)));
    cursor.result = result;
    const changed = JSON.stringify(cursor.columns) !== JSON.stringify(columns);
    if (changed) cursor.defines = [];
    cursor.columns = columns;
    cursor.encoders = this.#lobs.encodersOf(columns, cursor.defines);
    if (isNew || changed) writeDescribe(channel.message, columns, profile.fieldVersion);
    // A result with large objects is fetched only after the client has said how it wants them.
    const sends = wanted > 0 && (cursor.defines.length > 0 || !columns.some(isLob));
    if (sends) {
      writeRowHeader(channel.message, columns.length, wanted);
      await this.#sendRows(cursor, result, wanted, channel);
    } else {
      writeParameters(channel.message);
      this.#end(cursor, channel, undefined);
    }
  }

  /** Sends up to `wanted` rows and the call's end. */
  async #sendRows(cursor: Cursor, result: OpenResult, wanted: number, channel: CallChannel): Promise<void> {
    await result.send(channel, cursor.encoders, wanted);
    writeParameters(channel.message);
    if (result.exhausted) cursor.result = undefined;
    this.#end(cursor, channel, result.exhausted ? 'exhausted' : undefined, result.sent);
  }

  async #ask(cursor: Cursor, binds: readonly WireBind[], describeOnly: boolean, signal: AbortSignal): Promise<WireResult> {
    const { sessionId: id, state, profile, execute } = this.#context;
    const { user, schema, parameters } = state;
    const session = { id, user, schema, parameters, hasBoolean: profile.hasBoolean };
    return execute({ sql: cursor.sql, binds, describeOnly, session }, signal);
  }

  async #delay(stage: 'parse' | 'execute' | 'fetch', cursor: Cursor, signal: AbortSignal): Promise<void> {
    const fault = this.#context.faults.take('delay', targetOf(cursor), (delay) => delay.stage === stage);
    if (fault !== undefined) await sleep(fault.ms, undefined, { signal });
  }

  #failAt(stage: 'parse' | 'execute', cursor: Cursor): void {
    const fault = this.#context.faults.take('error', targetOf(cursor), (error) => error.stage === stage);
    if (fault === undefined) return;
    throw new OraError(fault.code, fault.position === undefined ? {} : { position: fault.position });
  }

  #newCursor(sql: string): Cursor {
    this.#lastId += 1;
    const isQuery = ['SELECT', 'WITH'].includes(firstWord(sql));
    const cursor: Cursor = {
      id: this.#lastId,
      sql,
      isQuery,
      bindTypes: [],
      columns: undefined,
      defines: [],
      encoders: [],
      result: undefined,
    };
    this.#cursors.set(cursor.id, cursor);
    return cursor;
  }

  get #inTransaction(): boolean {
    return this.#context.state.transaction !== 'none';
  }

  #end(cursor: Cursor, channel: CallChannel, outcome: CallEnd['outcome'], rows = 0): void {
    this.#lastCursorId = cursor.id;
    const end: CallEnd = { cursorId: cursor.id, rows, transaction: this.#inTransaction, outcome };
    writeEnd(channel.message, end, this.#context.profile.fieldVersion);
  }
}

/** What faults see of a statement. */
function targetOf({ sql, isQuery }: Cursor): FaultTarget {
  return { sql, isQuery: isQuery && !asksForRole(sql) };
}

async function closeResult(cursor: Cursor): Promise<void> {
  const { result } = cursor;
  cursor.result = undefined;
  await result?.close();
}
