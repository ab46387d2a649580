/** Stores of the history for tests: a file of its own, or a database of its own on a real server. */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { applyBatch } from '../history/apply.ts';
import { decodeLines, encodeEntry } from '../history/journal-format.ts';
import type { HistoryEvent } from '../history/records.ts';
import { registerSession } from '../history/session-store.ts';
import { openStore, type Store, type StoreLocation } from '../history/store.ts';
import { executionEvent, sampleExecution, sampleRun } from './history-events.ts';
import { startPostgres, type TestPostgres } from './postgres-server.ts';

/** The folder `sql/history`. */
export const migrationsDirectory = fileURLToPath(new URL('../../sql/history', import.meta.url));

/** Where test stores come from. */
export interface StoreMaker {
  /** A new place without any tables. */
  newLocation(): Promise<StoreLocation>;
  /** Removes all of them. */
  dispose(): Promise<void>;
}

/** Stores in files of a temporary folder. */
export function sqliteStores(): StoreMaker {
  const folder = mkdtempSync(join(tmpdir(), 'cam-history-'));
  return {
    newLocation: () => Promise.resolve({ kind: 'sqlite', file: join(folder, `${randomBytes(4).toString('hex')}.sqlite`) }),
    dispose: () => {
      rmSync(folder, { recursive: true, force: true });
      return Promise.resolve();
    },
  };
}

/** Stores on a PostgreSQL server that is started with the first one. */
export function postgresStores(): StoreMaker {
  let starting: Promise<TestPostgres> | undefined;
  return {
    newLocation: async () => {
      starting ??= startPostgres();
      const server = await starting;
      const { admin } = server;
      const database = `history_${randomBytes(4).toString('hex')}`;
      await server.sql(`CREATE DATABASE ${database}`);
      const account = `${encodeURIComponent(admin.user)}:${encodeURIComponent(admin.password)}`;
      return { kind: 'postgres', url: `postgres://${account}@${admin.host}:${String(admin.port)}/${database}` };
    },
    dispose: async () => {
      await (await starting)?.stop();
    },
  };
}

/** Opens the store with its tables made. */
export function openTestStore(location: StoreLocation): Promise<Store> {
  return openStore({ location, migrationsDirectory, nowMs: () => Date.now(), onIdleError: () => undefined });
}

/** Stores of one suite. */
export interface SuiteStores {
  /** An empty store. */
  readonly newStore: () => Promise<Store>;
  /** One with executions e1 to e9 and a run, all ended and recorded at `nowMs`, at places 1 to 10 of the audit chain. */
  readonly smallStore: (nowMs: number) => Promise<Store>;
}

/** Stores from `maker` for the tests of the file or `describe` that this is called in, closed and removed after them. */
export function suiteStores(maker: StoreMaker): SuiteStores {
  const stores: Store[] = [];
  afterAll(async () => {
    for (const store of stores) await store.close();
    await maker.dispose();
  });
  const newStore = async (): Promise<Store> => {
    const store = await openTestStore(await maker.newLocation());
    stores.push(store);
    return store;
  };
  return {
    newStore,
    smallStore: async (nowMs) => {
      const store = await newStore();
      const executions = Array.from({ length: 9 }, (_, index) => sampleExecution({ executionId: `e${String(index + 1)}` }));
      await tell(store, [...executions.map(executionEvent), { kind: 'run', record: sampleRun() }], nowMs);
      return store;
    },
  };
}

/** The session that {@link tell} writes as. */
export const testSession = { id: '1-abcdef', host: 'test', pid: 1, directory: '/test' };

/** Puts events into the store as a writer does, recorded at `nowMs`. */
export async function tell(store: Store, events: readonly HistoryEvent[], nowMs = 0, session = testSession): Promise<void> {
  const { segment, bytes } = await registerSession(store, session, nowMs);
  const { entries } = decodeLines(Buffer.concat(events.map((event) => encodeEntry({ at: nowMs, event }))));
  await applyBatch(store, { session: session.id, entries, segment: Math.max(1, segment), position: bytes + 1 }, nowMs);
}
