import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { abort } from '../base/abort.ts';
import { systemClock } from '../base/clock.ts';
import { createLogger, type LogEntry } from '../base/logger.ts';
import type { HistoryState } from '../model/history.ts';
import { executionEvent, openExecution, sampleExecution, sampleRun } from '../testing/history-events.ts';
import { migrationsDirectory, openTestStore, tell } from '../testing/history-store.ts';
import { applyBatch } from './apply.ts';
import { type History, type HistoryOptions, openHistory } from './history.ts';
import { encodeEntry } from './journal-format.ts';
import type { ExecutionStatus } from './records.ts';
import { isRefusal, storeFailure } from './store-errors.ts';

let directory: string;
let logged: LogEntry[];
const opened: History[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cam-history-'));
  logged = [];
});
afterEach(async () => {
  for (const history of opened.splice(0)) await history.close();
  rmSync(directory, { recursive: true, force: true });
});

async function open(change: Partial<HistoryOptions> = {}): Promise<History> {
  const history = await openHistory({
    location: { kind: 'sqlite', file: join(directory, 'history.sqlite') },
    directory: join(directory, 'journal'),
    migrationsDirectory,
    host: 'test',
    clock: systemClock,
    logger: createLogger((entry) => void logged.push(entry), Date.now),
    ...change,
  });
  opened.push(history);
  return history;
}

function ended(id: string) {
  return executionEvent(sampleExecution({ executionId: id }));
}

async function idsIn(history: History): Promise<readonly string[]> {
  const { executions } = await history.ask('executions', { limit: 1000, offset: 0 });
  return executions.map((execution) => execution.executionId).sort();
}

describe('the history', () => {
  it('has what was recorded, answers questions, and leaves nothing but the store when it is closed', async () => {
    const history = await open();
    void history.record({ kind: 'run', record: sampleRun() });
    void history.record(executionEvent(openExecution({ executionId: 'a' })));
    await history.record(ended('a'));
    await history.recorded();
    expect(await history.ask('run', { runId: 'run-1' })).toMatchObject({
      run: { outcome: 'succeeded' },
      executions: [{ execution: { status: 'success' } }],
    });
    expect(await history.ask('run', { runId: 'none' })).toBeNull();
    expect(history.state).toEqual({ store: 'ready', waiting: 0, unwritten: 0, lost: 0, rejected: 0, interrupted: 0 });
    await history.close();
    expect(readdirSync(join(directory, 'journal'))).toEqual([]);
    expect(logged).toEqual([]);
    await expect(history.record(ended('late'))).rejects.toMatchObject({ failure: { code: 'disk.error' } });
    await expect(history.ask('running', null)).rejects.toMatchObject({ failure: { code: 'history.unavailable' } });
  });

  it('of two programs goes into one file at once', async () => {
    const [one, two] = await Promise.all([open(), open()]);
    for (let number = 0; number < 200; number += 1) {
      void one.record(ended(`one-${String(number)}`));
      void two.record(ended(`two-${String(number)}`));
    }
    await Promise.all([one.recorded(), two.recorded()]);
    expect(await idsIn(one)).toHaveLength(400);
    expect(await one.ask('verifyChain', {})).toMatchObject({ isIntact: true, entries: 400 });
  });

  it('accepts events while another program holds the lock on the store, and says that they wait', async () => {
    const history = await open();
    await history.record(ended('before'));
    await history.recorded();
    const other = new DatabaseSync(join(directory, 'history.sqlite'));
    other.exec('BEGIN IMMEDIATE');
    await history.record(ended('during'));
    expect(history.state.waiting).toBe(1);
    expect(await idsIn(history)).toEqual(['before']);
    other.exec('COMMIT');
    other.close();
    await history.recorded();
    expect(history.state.waiting).toBe(0);
    expect(await idsIn(history)).toEqual(['before', 'during']);
  });

  it('accepts events while the store cannot be opened, tells so, and goes on by itself when it can', async () => {
    const blocked = join(directory, 'blocked');
    writeFileSync(blocked, 'a file where a folder should be');
    const history = await open({ location: { kind: 'sqlite', file: join(blocked, 'history.sqlite') } });
    const states: HistoryState[] = [];
    history.onState((state) => void states.push(state));
    await history.record(ended('a'));
    // The writing thread lets everything else on the machine go first.
    await expect
      .poll(() => history.state, { timeout: 30_000 })
      .toMatchObject({ store: 'unavailable', waiting: 1, failure: { code: 'history.unavailable' } });
    await expect(history.ask('running', null)).rejects.toMatchObject({ failure: { code: 'history.unavailable' } });
    rmSync(blocked);
    await history.recorded();
    expect(await idsIn(history)).toEqual(['a']);
    expect(states.map((state) => state.store)).toContain('unavailable');
    expect(history.state).toMatchObject({ store: 'ready', waiting: 0 });
    expect(logged.map((entry) => entry.message)).toEqual([
      'the store of the history cannot be used; records wait in the journal',
      'the store of the history can be used again',
    ]);
  });

  it('that could not reach its store is completed by the next start, with what was open ended', async () => {
    const dead = await open({ threadEntry: new URL('../testing/history-silent-entry.ts', import.meta.url), closeWaitMs: 100 });
    await dead.record(ended('a'));
    await dead.record({ kind: 'run', record: sampleRun({ runId: 'open-run', outcome: null, completedAt: null }) });
    await expect.poll(() => dead.state).toMatchObject({ store: 'unavailable', waiting: 2 });
    await dead.close();
    expect(existsSync(join(directory, 'history.sqlite'))).toBe(false);

    const next = await open();
    await next.recorded();
    await expect.poll(() => next.state.interrupted).toBe(1);
    expect(await idsIn(next)).toEqual(['a']);
    expect(await next.ask('run', { runId: 'open-run' })).toMatchObject({ run: { outcome: 'interrupted', errorCode: 'interrupted' } });
    expect(readdirSync(join(directory, 'journal')).filter((name) => name.startsWith('journal-'))).toEqual([]);
  });

  it('tidies up after a program that died before it recorded anything', async () => {
    await (await open()).close();
    const lock = join(directory, 'journal', 'session-7-aabbccdd.lock');
    writeFileSync(lock, '');
    utimesSync(lock, 0, 0);
    const history = await open();
    await history.recorded();
    await expect.poll(() => existsSync(lock)).toBe(false);
  });

  it('takes nothing in past a chain that cannot be continued, and says so', async () => {
    const first = await open();
    await first.record(ended('a'));
    await first.recorded();
    await first.close();
    const database = new DatabaseSync(join(directory, 'history.sqlite'));
    database.exec(`UPDATE audit_head SET seq = 0, hash = ''`);
    const history = await open();
    await history.record(ended('b'));
    await expect.poll(() => history.state, { timeout: 5000 }).toMatchObject({ store: 'unavailable', waiting: 1, rejected: 0 });
    database.exec(
      `UPDATE audit_head SET seq = (SELECT max(seq) FROM audit_chain), hash = (SELECT hash FROM audit_chain ORDER BY seq DESC LIMIT 1)`,
    );
    database.close();
    await history.recorded();
    expect(await idsIn(history)).toEqual(['a', 'b']);
    expect(await history.ask('verifyChain', {})).toMatchObject({ isIntact: true });
  });

  it('leaves the journal of a living program alone', async () => {
    const other = await open({ threadEntry: new URL('../testing/history-silent-entry.ts', import.meta.url), closeWaitMs: 100 });
    await other.record(ended('theirs'));
    const history = await open();
    await history.record(ended('ours'));
    await history.recorded();
    expect(await idsIn(history)).toEqual(['ours']);
    expect(other.state.waiting).toBe(1);
  });

  it('keeps a record aside that the store refuses, and a line that the disk has spoiled, and takes all others', async () => {
    const journal = join(directory, 'journal');
    await (await open()).close();
    const segment = join(journal, 'journal-7-aabbccdd-1.jsonl');
    writeFileSync(segment, encodeEntry({ at: 1, event: ended('first') }));
    appendFileSync(segment, '[2,"00000000",{}]\n');
    appendFileSync(segment, encodeEntry({ at: 2, event: ended('second') }));
    const history = await open();
    for (let number = 0; number < 9; number += 1) {
      const status = (number === 4 ? 'nonsense' : 'success') as ExecutionStatus;
      void history.record(executionEvent(sampleExecution({ executionId: `r${String(number)}`, status })));
    }
    await history.recorded();
    await expect.poll(() => history.state.rejected).toBe(2);
    expect(await idsIn(history)).toEqual(['first', 'r0', 'r1', 'r2', 'r3', 'r5', 'r6', 'r7', 'r8', 'second']);
    const rejected = readdirSync(journal).filter((name) => name.startsWith('rejected-'));
    const text = rejected.map((name) => readFileSync(join(journal, name), 'utf8')).join('');
    expect(text).toContain('nonsense');
    expect(text).toContain('The line is not as it was written.');
    expect(logged.map((entry) => entry.message)).toContain('the store of the history refused records');
    expect(await history.ask('verifyChain', {})).toMatchObject({ isIntact: true });
  });

  it('ends long work when it is not wanted any more', async () => {
    const history = await open();
    for (let number = 0; number < 1500; number += 1) void history.record(ended(`n${String(number)}`));
    await history.recorded();
    const controller = new AbortController();
    abort(controller, { kind: 'cancel', by: 'auditor' });
    await expect(history.ask('verifyChain', {}, controller.signal)).rejects.toMatchObject({ reason: { kind: 'cancel', by: 'auditor' } });
    expect(await history.ask('verifyChain', {})).toMatchObject({ isIntact: true, entries: 1500 });
  });

  it('goes on although a listener for its state fails', async () => {
    const history = await open();
    history.onState(() => {
      throw new Error('a mistake in the window');
    });
    await history.record(ended('a'));
    await history.recorded();
    expect(await idsIn(history)).toEqual(['a']);
  });

  it('says of a journal that cannot be written that it cannot, before what is wrong with the store, until it can be written again', async () => {
    const blocked = join(directory, 'blocked');
    writeFileSync(blocked, 'a file where a folder should be');
    const history = await open({ location: { kind: 'sqlite', file: join(blocked, 'history.sqlite') } });
    await expect.poll(() => history.state, { timeout: 30_000 }).toMatchObject({ failure: { code: 'history.unavailable' } });
    rmSync(join(directory, 'journal'), { recursive: true });
    const accepted = history.record(ended('a'));
    await expect
      .poll(() => history.state)
      .toMatchObject({
        store: 'unavailable',
        unwritten: 1,
        failure: {
          code: 'disk.error',
          message: 'The journal of the history cannot be written.',
          detail: expect.not.stringMatching(/\n/) as string,
        },
      });
    mkdirSync(join(directory, 'journal'));
    await accepted;
    expect(history.state).toMatchObject({ unwritten: 0, failure: { code: 'history.unavailable' } });
    rmSync(blocked);
    await history.recorded();
    expect(await idsIn(history)).toEqual(['a']);
  });

  it('gives an event up, and says so, when neither disk nor memory takes it', async () => {
    const history = await open({ memoryBytes: 10 });
    await expect(history.record(ended('a'))).rejects.toMatchObject({ failure: { code: 'disk.error' } });
    expect(history.state.lost).toBe(1);
    expect(logged.map((entry) => entry.message)).toEqual(['events of the history were given up']);
  });
});

describe('a full disk under the store', () => {
  it('takes nothing of a batch, is told from a bad record, and takes the batch when there is room', async () => {
    const store = await openTestStore({ kind: 'sqlite', file: join(directory, 'full.sqlite') });
    await tell(store, [ended('before')]);
    await sql`PRAGMA max_page_count = 1`.execute(store.db);
    const entries = Array.from({ length: 200 }, (_, number) => ({ at: 1, event: ended(`n${String(number)}`) }));
    const batch = { session: '1-abcdef', entries, segment: 1, position: 99 };
    const error: unknown = await applyBatch(store, batch, 0).catch((thrown: unknown) => thrown);
    expect(isRefusal(error)).toBe(false);
    expect(storeFailure(error)).toMatchObject({ code: 'history.unavailable', vendorCode: 'SQLITE 13' });
    const count = async (): Promise<number> => (await store.db.selectFrom('query_executions').select('id').execute()).length;
    expect(await count()).toBe(1);
    await sql`PRAGMA max_page_count = 1000000`.execute(store.db);
    await applyBatch(store, batch, 0);
    expect(await count()).toBe(201);
    await store.close();
  });
});
