/** One session: from the first packet to the last, on one connection. */
import { type Socket } from 'node:net';
import { type Execute } from './backend.ts';
import { type CallChannel, Connection } from './connection.ts';
import { lobOperation } from './lobs.ts';
import { Logon, type LogonContext, skipFastAuthentication } from './logon.ts';
import { asOraError, OraError } from './ora-error.ts';
import { acceptPacket, type Packet, readConnect, readConnectData, refusePacket } from './packets.ts';
import { type Call, type ParseContext, parseRequest, type Piggyback } from './requests.ts';
import { writeDataTypes, writeEnd, writeEndOfResponse, writeLobPiece, writeProtocol, writeStatus } from './responses.ts';
import { SessionState } from './session-state.ts';
import { Statements } from './statements.ts';
import { WireReader } from './wire-reader.ts';
import { type WireWriter } from './wire-writer.ts';

/** What all sessions of a listener share. */
export interface SessionContext extends LogonContext {
  /** Service names and SIDs in upper case. */
  readonly services: ReadonlySet<string>;
  readonly sids: ReadonlySet<string>;
  readonly schemas: ReadonlySet<string> | undefined;
  readonly execute: Execute;
  readonly maxSdu: number;
  readonly onStatement: (session: SessionInfo, sql: string) => void;
  readonly onProblem: (text: string) => void;
}

/** A session as the server sees it. */
export interface SessionInfo {
  readonly id: number;
  /** `connecting` until the logon has succeeded. */
  readonly phase: 'connecting' | 'open';
  readonly user: string;
  readonly schema: string;
  readonly clientIdentifier: string;
  readonly module: string;
  readonly action: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly transaction: 'none' | 'read only' | 'read write';
  /** The statement a call is working on at this moment, or null. */
  readonly running: string | null;
  /** Statements whose result has rows left and has not been closed; they wait for a fetch. */
  readonly openResults: readonly string[];
  /** Since when: the statement where one runs, else the connection. Milliseconds since 1970. */
  readonly since: number;
}

const message = { protocol: 1, dataTypes: 2, fastAuthentication: 0x22 } as const;
/** Field version of the authentication message inside a fast authentication request. */
const embeddedFieldVersion = 13;

export class Session {
  readonly id: number;
  /** Resolves when the connection is gone and nothing of it runs any more. */
  readonly closed: Promise<void>;
  readonly #context: SessionContext;
  readonly #connection: Connection;
  readonly #state: SessionState;
  readonly #statements: Statements;
  readonly #logon: Logon;
  readonly #since = Date.now();
  #service = '';
  #open = false;

  constructor(id: number, socket: Socket, context: SessionContext) {
    this.id = id;
    this.#context = context;
    const { profile, faults, execute } = context;
    this.#state = new SessionState(context.schemas);
    this.#statements = new Statements({
      sessionId: id,
      profile,
      state: this.#state,
      faults,
      execute,
      onStatement: (sql) => {
        context.onStatement(this.info(), sql);
      },
    });
    this.#logon = new Logon(id, context);
    const closing = Promise.withResolvers<undefined>();
    this.closed = closing.promise;
    this.#connection = new Connection(socket, {
      connect: (packet, text) => {
        this.#connect(packet, text);
      },
      request: (payload, channel) => this.#serve(payload, channel),
      ignoresBreak: () => {
        const sql = this.#statements.running?.sql;
        return faults.take('ignore-break', sql === undefined ? undefined : { sql, isQuery: true }) !== undefined;
      },
      writeCancelled: (out, unheard) => {
        this.#writeEnd(out, new OraError(1013), unheard ? this.#statements.lastCursorId : 0);
        if (profile.endOfResponse) writeEndOfResponse(out);
      },
      closed: () => {
        void this.#statements.closeAll().then(() => {
          closing.resolve(undefined);
        });
      },
      problem: (text) => {
        context.onProblem(`session ${String(id)}: ${text}`);
      },
    });
  }

  info(): SessionInfo {
    const { user, schema, clientIdentifier, module, action, transaction, parameters } = this.#state;
    const { running, openResults } = this.#statements;
    return {
      id: this.id,
      phase: this.#open ? 'open' : 'connecting',
      user,
      schema,
      clientIdentifier,
      module,
      action,
      parameters: Object.fromEntries(parameters),
      transaction,
      running: running?.sql ?? null,
      openResults,
      since: running?.since ?? this.#since,
    };
  }

  /** Cuts the connection. */
  drop(how: 'fin' | 'rst'): void {
    this.#connection.destroy(how);
  }

  #connect(packet: Packet, followingText: string | undefined): void {
    const { faults, profile, maxSdu, services, sids } = this.#context;
    const asked = readConnect(packet);
    const text = followingText ?? asked.text;
    if (text === undefined) return;
    const { service, sid } = readConnectData(text);
    const known = service === undefined ? sids.has(sid?.toUpperCase() ?? '') : services.has(service.toUpperCase());
    const refusal = faults.take('refuse')?.code ?? (known ? undefined : service === undefined ? 12_505 : 12_514);
    if (refusal !== undefined) {
      this.#connection.refuse(refusePacket(refusal));
      return;
    }
    this.#service = service ?? sid ?? '';
    const sdu = Math.min(asked.sdu, maxSdu);
    this.#connection.accept(
      acceptPacket(Math.min(profile.tnsVersion, asked.version), sdu, profile.acceptFlags),
      sdu,
      profile.endOfResponse,
    );
  }

  async #serve(payload: Buffer, channel: CallChannel): Promise<void> {
    const reader = new WireReader(payload);
    const out = channel.message;
    switch (reader.peek()) {
      case message.protocol:
        writeProtocol(out, this.#context.profile);
        return;
      case message.dataTypes:
        writeDataTypes(out);
        return;
      case message.fastAuthentication:
        skipFastAuthentication(reader);
        writeProtocol(out, this.#context.profile);
        writeDataTypes(out);
        await this.#serveCall(parseRequest(reader, this.#parseContext(embeddedFieldVersion)).call, channel);
        break;
      default:
        await this.#serveCalls(reader, channel);
    }
    if (this.#context.profile.endOfResponse) writeEndOfResponse(out);
  }

  async #serveCalls(reader: WireReader, channel: CallChannel): Promise<void> {
    const { piggybacks, call } = parseRequest(reader, this.#parseContext(this.#context.profile.fieldVersion));
    try {
      if (!this.#open && call.kind !== 'authenticate-1' && call.kind !== 'authenticate-2') throw new OraError(1012);
      for (const piggyback of piggybacks) await this.#take(piggyback);
      await this.#serveCall(call, channel);
    } catch (error) {
      if (channel.signal.aborted || !(error instanceof OraError)) throw error;
      this.#writeError(channel.message, error);
      if (error.endsSession) channel.hangUpAfterwards();
    }
  }

  async #take(piggyback: Piggyback): Promise<void> {
    switch (piggyback.kind) {
      case 'close-cursors':
        return this.#statements.closeCursors(piggyback.ids);
      case 'cancel-cursors':
        return this.#statements.cancelCursors(piggyback.ids);
      case 'set-schema':
        this.#state.setSchema(piggyback.schema);
        return;
      case 'end-to-end':
        Object.assign(this.#state, piggyback.values);
        return;
      case 'nothing':
        return;
    }
  }

  async #serveCall(call: Call, channel: CallChannel): Promise<void> {
    const out = channel.message;
    this.#statements.forgetLastCursor();
    switch (call.kind) {
      case 'authenticate-1':
        return this.#logon.challengeUser(call.user, channel);
      case 'authenticate-2':
        return this.#logOn(call.pairs, channel);
      case 'execute':
        return this.#statements.execute(call, channel);
      case 'reexecute':
        return this.#statements.reexecute(call, channel);
      case 'fetch':
        return this.#statements.fetch(call.cursorId, call.rows, channel);
      case 'lob':
        this.#serveLob(call, out);
        return;
      case 'commit':
      case 'rollback':
        this.#state.transaction = 'none';
        writeStatus(out, false);
        return;
      case 'logoff':
        await this.#statements.closeAll();
        writeStatus(out, false);
        return;
      case 'ping':
        writeStatus(out, this.#state.transaction !== 'none');
        return;
      case 'unknown':
        throw new Error(`unknown function ${String(call.functionCode)}`);
    }
  }

  async #logOn(pairs: ReadonlyMap<string, string>, channel: CallChannel): Promise<void> {
    const user = await this.#logon.verify(pairs, this.#service, channel);
    if (user === undefined) return;
    this.#open = true;
    this.#state.user = user;
    this.#state.schema = user;
    this.#state.run((pairs.get('AUTH_ALTER_SESSION') ?? '').replace(/\0$/, ''));
  }

  #serveLob(call: Extract<Call, { kind: 'lob' }>, out: WireWriter): void {
    const { lobs } = this.#statements;
    switch (call.operation) {
      case lobOperation.read: {
        const { bytes, amount } = lobs.read(call.locator, call.offset, call.amount);
        writeLobPiece(out, bytes, call.locator, amount);
        break;
      }
      case lobOperation.length:
        writeLobPiece(out, Buffer.alloc(0), call.locator, lobs.lengthOf(call.locator));
        break;
      case lobOperation.chunkSize:
        writeLobPiece(out, Buffer.alloc(0), call.locator, lobs.chunkSize);
        break;
      default:
        throw asOraError(new Error(`large object operation ${String(call.operation)} is not supported`));
    }
    this.#writeEnd(out);
  }

  #parseContext(fieldVersion: number): ParseContext {
    return { fieldVersion, bindsOf: (cursorId) => this.#statements.bindsOf(cursorId) };
  }

  /** A cursor other than that of the client's present call would be closed by the client, although it is still in use. */
  #writeEnd(out: WireWriter, outcome?: OraError, cursorId = 0): void {
    const transaction = this.#state.transaction !== 'none';
    writeEnd(out, { cursorId, rows: 0, transaction, outcome }, this.#context.profile.fieldVersion);
  }

  #writeError(out: WireWriter, error: OraError): void {
    this.#writeEnd(out, error);
  }
}
