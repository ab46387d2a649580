/** A database that does what a script says: slow, failing, hanging, crashing, deaf to a cancel, or simply full of rows. */
import { writeFileSync } from 'node:fs';
import { AbortedError, abortReasonOf, onAbort, throwIfAborted } from '../base/abort.ts';
import type { Clock } from '../base/clock.ts';
import type { Batch, Connection, ConnectTarget, Cursor, Driver, ReplicationLag, Statement } from '../drivers/driver.ts';
import type { Column } from '../model/column.ts';
import { CamError, failure } from '../model/failure.ts';
import { localTimestamp } from '../model/zoned-time.ts';
import { type FakeColumn, type FakeScript, type FakeStatement, type FakeStep, parseScript, statementOf } from './fake-script.ts';

/** What a fake driver has been asked for; tests in the same process look at it. */
interface FakeActivity {
  /** Connections opened so far, and open now. */
  opened: number;
  open: number;
  /** Statements running now, and the most there ever were. */
  running: number;
  mostRunning: number;
  /** Batches of rows given so far. */
  batches: number;
  /** In order: `connect 1`, `query 1`, `hang 1`, `close 1 end`, … with the number of the connection. */
  readonly log: string[];
}

/** A fake driver and what it has done. */
export interface FakeDriver extends Driver {
  readonly activity: FakeActivity;
}

const defaultColumns: readonly FakeColumn[] = [
  { name: 'USER_ID', kind: 'integer' },
  { name: 'CHANGE_DATE', kind: 'timestamp' },
  { name: 'CHANGED_BY', kind: 'text' },
];

/** Makes a fake driver. */
export function createFakeDriver({ clock }: { readonly clock: Clock }): FakeDriver {
  const activity: FakeActivity = { opened: 0, open: 0, running: 0, mostRunning: 0, batches: 0, log: [] };
  return {
    kind: 'fake',
    activity,
    connect: async (target, signal) => {
      throwIfAborted(signal);
      if (target.endpoint.kind !== 'fake') throw new Error('the endpoint is not fake');
      const script = parseScript(target.endpoint.script);
      const id = ++activity.opened;
      activity.log.push(`connect ${String(id)}`);
      await takeStep(script.connect, clock, signal);
      activity.open++;
      return new FakeConnection(id, script, target, clock, activity);
    },
  };
}

class FakeConnection implements Connection {
  readonly endpoint = 'fake';
  readonly serverVersion = 'Fake 1.0';
  readonly #id: number;
  readonly #script: FakeScript;
  readonly #zone: string;
  readonly #clock: Clock;
  readonly #activity: FakeActivity;
  /** Aborted when the connection is dropped: what hangs on it ends as with a cut line. */
  readonly #dropped = new AbortController();
  #open = true;

  constructor(id: number, script: FakeScript, target: ConnectTarget, clock: Clock, activity: FakeActivity) {
    this.#id = id;
    this.#script = script;
    this.#zone = target.zone;
    this.#clock = clock;
    this.#activity = activity;
  }

  async query(statement: Statement, signal: AbortSignal): Promise<Cursor> {
    throwIfAborted(signal);
    this.#assertOpen();
    const what = statementOf(this.#script.statement, statement.sql);
    const activity = this.#activity;
    activity.log.push(`query ${String(this.#id)}`);
    activity.running++;
    activity.mostRunning = Math.max(activity.mostRunning, activity.running);
    let running = true;
    const end = (): void => {
      if (running) activity.running--;
      running = false;
    };
    const step = (next: FakeStep | undefined): Promise<void> => this.#step(next, signal);
    try {
      await step(what.execute);
    } catch (error) {
      end();
      throw error;
    }
    const given = (): void => {
      activity.batches++;
    };
    return new FakeCursor(what, statement, this.#zone, signal, { step, given, end });
  }

  async describe(statement: Statement, signal: AbortSignal): Promise<readonly Column[]> {
    throwIfAborted(signal);
    this.#assertOpen();
    const what = statementOf(this.#script.statement, statement.sql);
    if (what.execute?.then === 'fail') await this.#step(what.execute, signal);
    return columnsOf(what);
  }

  async ping(signal: AbortSignal): Promise<void> {
    throwIfAborted(signal);
    this.#assertOpen();
  }

  replicationLag(): Promise<ReplicationLag> {
    const { replicationLagMs: lagMs } = this.#script;
    if (lagMs === undefined) return Promise.resolve({ kind: 'primary' });
    return Promise.resolve(lagMs === null ? { kind: 'unknown', reason: 'It does not say so.' } : { kind: 'standby', lagMs });
  }

  async close(how: 'end' | 'drop'): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    this.#activity.open--;
    this.#activity.log.push(`close ${String(this.#id)} ${how}`);
    if (how === 'drop') this.#dropped.abort();
    else await takeStep(this.#script.close, this.#clock, this.#dropped.signal);
  }

  #step(step: FakeStep | undefined, signal: AbortSignal): Promise<void> {
    if (step?.then === 'hang') this.#activity.log.push(`hang ${String(this.#id)}`);
    if (step?.then === 'fail' && step.code === 'db.connection-lost') this.#dropped.abort();
    return takeStep(step, this.#clock, signal, this.#dropped.signal);
  }

  #assertOpen(): void {
    if (!this.#open || this.#dropped.signal.aborted) throw new CamError(failure('db.connection-lost'));
  }
}

/** What a cursor does on its connection. */
interface FakeCursorConnection {
  readonly step: (step: FakeStep | undefined) => Promise<void>;
  /** A batch of rows is given. */
  readonly given: () => void;
  readonly end: () => void;
}

class FakeCursor implements Cursor {
  readonly columns: readonly Column[];
  readonly #what: FakeStatement;
  readonly #statement: Statement;
  readonly #zone: string;
  readonly #signal: AbortSignal;
  readonly #connection: FakeCursorConnection;
  #given = 0;
  #midwayDone = false;
  #ended = false;

  constructor(what: FakeStatement, statement: Statement, zone: string, signal: AbortSignal, connection: FakeCursorConnection) {
    this.#what = what;
    this.#statement = statement;
    this.#zone = zone;
    this.#signal = signal;
    this.#connection = connection;
    this.columns = columnsOf(what);
  }

  async next(): Promise<Batch | undefined> {
    if (this.#ended) return undefined;
    try {
      throwIfAborted(this.#signal);
      await this.#connection.step(this.#what.fetch);
      return await this.#take();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#ended = true;
    this.#connection.end();
  }

  async #take(): Promise<Batch | undefined> {
    const { rows = 3, batchRows = 1000, midway } = this.#what;
    if (midway !== undefined && !this.#midwayDone && this.#given >= midway.afterRows) {
      this.#midwayDone = true;
      await this.#connection.step(midway);
    }
    const stopAt = midway === undefined || this.#midwayDone ? rows : Math.min(rows, midway.afterRows);
    const rowCount = Math.min(batchRows, stopAt - this.#given);
    if (rowCount <= 0 && this.#given < rows) return this.#take();
    if (rowCount <= 0) {
      await this.close();
      return undefined;
    }
    const from = this.#given;
    this.#given += rowCount;
    this.#connection.given();
    const columns = (this.#what.columns ?? defaultColumns).map((column) => this.#values(column, from, rowCount));
    return { rowCount, columns };
  }

  #values(column: FakeColumn, from: number, rowCount: number): unknown[] {
    if (column.bind !== undefined) return new Array<unknown>(rowCount).fill(this.#bound(column.bind));
    return Array.from({ length: rowCount }, (_, index) => valueOf(column, from + index));
  }

  #bound(name: string): unknown {
    const bind = this.#statement.binds[name];
    if (bind === undefined) throw new CamError(failure('sql.binds', { message: `The bind variable :${name} has no value.` }));
    if (bind.kind === 'list') return bind.values.map((value) => (value.kind === 'instant' ? value.instant : String(value.value))).join(',');
    return bind.kind === 'instant' ? localTimestamp(bind.instant, this.#zone) : bind.value;
  }
}

function columnsOf(what: FakeStatement): readonly Column[] {
  return (what.columns ?? defaultColumns).map(({ name, kind, encoding }) => ({
    name,
    kind,
    ...(encoding === undefined ? {} : { encoding }),
  }));
}

const someDay = Date.UTC(2026, 0, 1);

function valueOf(column: FakeColumn, row: number): unknown {
  const { values } = column;
  if (values !== undefined) {
    const value = values[row % values.length];
    return typeof value === 'string' && (column.kind === 'integer' || column.encoding === 'micros')
      ? BigInt(value.replace(/n$/, ''))
      : value;
  }
  const ms = someDay + row * 1000;
  switch (column.kind) {
    case 'text':
      return `row ${String(row + 1)}`;
    case 'integer':
    case 'double':
      return row + 1;
    case 'decimal':
      return `${String(row + 1)}.50`;
    case 'boolean':
      return row % 2 === 0;
    case 'timestamp':
    case 'instant':
      return column.encoding === 'micros' ? BigInt(ms) * 1000n : new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
  }
}

/** Does a step. @throws AbortedError for an abort it hears; CamError for a failure, or for a line that is cut meanwhile */
async function takeStep(step: FakeStep | undefined, clock: Clock, signal: AbortSignal, cut?: AbortSignal): Promise<void> {
  if (step === undefined) return;
  if (step.delayMs > 0) await wait(step.delayMs, step, clock, signal, cut);
  if (step.marker !== undefined) writeFileSync(step.marker, '');
  switch (step.then) {
    case 'go on':
      return;
    case 'hang':
      return wait(undefined, step, clock, signal, cut);
    case 'fail':
      throw new CamError(failure(step.code, step.message === undefined ? {} : { message: step.message }));
    case 'exit':
      return process.exit(7);
    case 'sigkill':
      process.kill(process.pid, 'SIGKILL');
      return wait(undefined, step, clock, signal, cut);
    case 'block':
      for (;;);
  }
}

function wait(ms: number | undefined, step: FakeStep, clock: Clock, signal: AbortSignal, cut: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stops: (() => void)[] = [];
    const settle = (how: () => void): void => {
      for (const stop of stops.splice(0)) stop();
      how();
    };
    if (ms !== undefined) stops.push(clock.setTimer(ms, () => settle(resolve)));
    if (cut !== undefined && !step.ignoreCut)
      stops.push(onAbort(cut, () => settle(() => reject(new CamError(failure('db.connection-lost'))))));
    if (!step.ignoreAbort) stops.push(onAbort(signal, () => settle(() => reject(new AbortedError(abortReasonOf(signal))))));
  });
}
