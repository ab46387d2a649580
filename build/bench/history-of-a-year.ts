/**
 * A history of a year for the benches that ask about a large one: a million executions of a quarter of a million runs, unless
 * `CAM_BENCH_RECORDS` sets another number. It is made once for all parts of a bench, by the writer's own code, so sums and audit
 * chain are what they are in the program; only the journal is left out, and flushing. With `CAM_BENCH_HISTORY=<folder>` it
 * stays there, and is found again by the next bench of the same day: what is asked is asked of the days before today.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { applyBatch } from '../../app/history/apply.ts';
import type { JournalEntry } from '../../app/history/journal-format.ts';
import { registerSession } from '../../app/history/session-store.ts';
import { openStore } from '../../app/history/store.ts';
import { programDirectory } from '../../app/hosts/core.ts';
import { executionEvent, sampleRun } from '../../app/testing/history-events.ts';
import { type HistoryScript, scriptedExecutions } from '../../app/testing/history-script.ts';
import { msOfInstant } from '../../app/model/instant.ts';
import { writeOneDatabase } from './app-target.ts';

/** How many executions the history has. */
export const recordsOfYear = Number(process.env.CAM_BENCH_RECORDS ?? 1_000_000);

/** The user with the most executions. */
export const busiestUser = 'X100000';

/** Where the migrations of the history are. */
export const migrationsDirectory = join(programDirectory, 'sql', 'history');

const atOnce = 20_000;
/** A session that has said good-bye. */
const session = { id: '1-00000000', host: 'bench', pid: 1, directory: '' };

/** A year of executions as a team of 50 might make them. */
export function yearScript(executions: number): HistoryScript {
  return { seed: 1, executions, endMs: Date.now(), days: 365, users: 50, queries: 40 };
}

/** Makes the history when it is first asked for. */
export class HistoryOfAYear {
  #folder: Promise<string> | undefined;

  /** A folder with `databases.yaml` for a program, and its data folder `data` with the history. One program at a time may use it. */
  folder(): Promise<string> {
    return (this.#folder ??= make());
  }

  /** The file of the history. */
  async file(): Promise<string> {
    return join(await this.folder(), 'data', 'history', 'history.sqlite');
  }

  /** Removes what was made for this bench alone. */
  async dispose(): Promise<void> {
    // One that could not be made has been told of by the part that wanted it.
    const folder = await this.#folder?.catch(() => undefined);
    if (folder !== undefined && process.env.CAM_BENCH_HISTORY === undefined) await rm(folder, { recursive: true, force: true });
  }
}

async function make(): Promise<string> {
  const kept = process.env.CAM_BENCH_HISTORY;
  const folder =
    kept === undefined
      ? await mkdtemp(join(tmpdir(), 'cam-bench-year-'))
      : join(kept, `${String(recordsOfYear)}-${new Date().toISOString().slice(0, 10)}`);
  const history = join(folder, 'data', 'history');
  await mkdir(history, { recursive: true });
  await writeOneDatabase(folder, 'SELECT 1 AS user_id, now() AS change_date WHERE :start_date IS NOT NULL\n');
  const file = join(history, 'history.sqlite');
  if (!existsSync(file)) {
    await fill(`${file}.part`);
    await rename(`${file}.part`, file);
  }
  return folder;
}

async function fill(file: string): Promise<void> {
  const begin = performance.now();
  await rm(file, { force: true });
  const nowMs = Date.now();
  const store = await openStore({
    location: { kind: 'sqlite', file },
    migrationsDirectory,
    nowMs: () => nowMs,
    onIdleError: () => undefined,
  });
  try {
    await sql`PRAGMA journal_mode = OFF`.execute(store.db);
    await sql`PRAGMA synchronous = OFF`.execute(store.db);
    await sql`PRAGMA cache_size = -1000000`.execute(store.db);
    await registerSession(store, session, nowMs);
    let position = 0;
    for (const entries of batches()) {
      position += entries.length;
      await applyBatch(store, { session: session.id, entries, segment: 1, position }, entries.at(-1)?.at ?? nowMs);
    }
    await sql`DELETE FROM history_sessions`.execute(store.db);
  } finally {
    await store.close();
  }
  const seconds = (performance.now() - begin) / 1000;
  process.stderr.write(`made a history of ${recordsOfYear.toLocaleString('en')} executions in ${seconds.toFixed(0)} s\n`);
}

function* batches(): Generator<readonly JournalEntry[]> {
  let entries: JournalEntry[] = [];
  let number = 0;
  for (const record of scriptedExecutions(yearScript(recordsOfYear))) {
    const at = msOfInstant(record.startedAt);
    entries.push({ at, event: executionEvent(record) });
    // Every fourth execution is the first of a run.
    if (number % 4 === 0) {
      const { runId, userId, startedAt } = record;
      const change = { runId, userId, startedAt, completedAt: startedAt, expectedSources: 4, answeredSources: 4 };
      entries.push({ at, event: { kind: 'run', record: sampleRun(change) } });
    }
    number += 1;
    if (entries.length < atOnce) continue;
    yield entries;
    entries = [];
  }
  if (entries.length > 0) yield entries;
}
