/** The store behind the history: one way to query it, two places where it can be. */
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import type { Pool, PoolClient } from 'pg';
import { type Instant, instantFromMs } from '../model/instant.ts';
import { BulkStatements } from './bulk.ts';
import { type AppliedMigration, type Migration, pendingMigrations, readMigrations } from './migrations.ts';
import { postgresDialect, postgresPool } from './postgres-dialect.ts';
import type { HistorySchema } from './schema.ts';
import { openSqlite, sqliteDialect } from './sqlite-dialect.ts';

/** Where the history is kept: a file of this machine, or a database of a team. */
export type StoreLocation = { readonly kind: 'sqlite'; readonly file: string } | { readonly kind: 'postgres'; readonly url: string };

/** What opening a store needs. */
export interface StoreOptions {
  readonly location: StoreLocation;
  /** Folder `sql/history`, with a folder of migrations for each kind. */
  readonly migrationsDirectory: string;
  readonly nowMs: () => number;
  /** Told when an unused connection to the store breaks. */
  readonly onIdleError: (error: Error) => void;
}

/** An open store with all its tables. */
export interface Store {
  readonly kind: StoreLocation['kind'];
  readonly db: Kysely<HistorySchema>;
  readonly bulk: BulkStatements;
  close(): Promise<void>;
}

/**
 * Opens the store and brings its tables up to date; several processes may do so at once.
 * @throws CamError `history.unavailable` when its tables are not this program's; errors of the client library when it cannot be reached
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { location } = options;
  const migrations = await readMigrations(join(options.migrationsDirectory, location.kind));
  const appliedAt = instantFromMs(options.nowMs());
  if (location.kind === 'sqlite') {
    mkdirSync(dirname(location.file), { recursive: true, mode: 0o700 });
    const database = openSqlite(location.file);
    try {
      migrateSqlite(database, migrations, appliedAt);
    } catch (error) {
      database.close();
      throw error;
    }
    return storeOn(location.kind, new Kysely({ dialect: sqliteDialect(database) }), () => {
      if (database.isOpen) database.close();
    });
  }
  const pool = postgresPool(location.url, options.onIdleError);
  try {
    await migratePostgres(pool, migrations, appliedAt);
  } catch (error) {
    await pool.end();
    throw error;
  }
  return storeOn(location.kind, new Kysely({ dialect: postgresDialect(pool) }), async () => {
    if (!pool.ended) await pool.end();
  });
}

/** Kysely closes only what has been asked something; `close` ends the rest. */
function storeOn(kind: Store['kind'], db: Kysely<HistorySchema>, close: () => void | Promise<void>): Store {
  return {
    kind,
    db,
    bulk: new BulkStatements(),
    close: async () => {
      await db.destroy();
      await close();
    },
  };
}

const makeTable =
  'CREATE TABLE IF NOT EXISTS history_migrations (number INTEGER PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL, applied_at TEXT NOT NULL)';
const readApplied = 'SELECT number, name, checksum FROM history_migrations ORDER BY number';

/** Brings an open file up to date. Exported for the tests of the single steps. */
export function migrateSqlite(database: DatabaseSync, migrations: readonly Migration[], appliedAt: Instant): void {
  const hasTable = database.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'history_migrations'`).get() !== undefined;
  // Where all is done no lock is needed: whoever only reads is not kept waiting by a writer.
  if (hasTable && pendingMigrations(migrations, database.prepare(readApplied).all() as unknown as AppliedMigration[]).length === 0) return;
  // The lock is taken before the steps are read again, so a second process finds them done.
  database.exec('BEGIN IMMEDIATE');
  try {
    database.exec(makeTable);
    const applied = database.prepare(readApplied).all() as unknown as AppliedMigration[];
    const insert = database.prepare('INSERT INTO history_migrations (number, name, checksum, applied_at) VALUES (?, ?, ?, ?)');
    for (const step of pendingMigrations(migrations, applied)) {
      database.exec(step.sql);
      insert.run(step.number, step.name, step.checksum, appliedAt);
    }
    database.exec('COMMIT');
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** Any number will do, as long as nothing else in the database locks the same. */
const advisoryLock = 20_261_120;

async function migratePostgres(pool: Pool, migrations: readonly Migration[], appliedAt: Instant): Promise<void> {
  const client: PoolClient = await pool.connect();
  try {
    await client.query('BEGIN');
    // Where all is done, whoever only reads waits for nobody.
    const { rows } = await client.query<{ exists: boolean }>(`SELECT to_regclass('history_migrations') IS NOT NULL AS exists`);
    if (rows[0]?.exists === true && pendingMigrations(migrations, (await client.query<AppliedMigration>(readApplied)).rows).length === 0) {
      await client.query('COMMIT');
      client.release();
      return;
    }
    await client.query('SELECT pg_advisory_xact_lock($1)', [advisoryLock]);
    await client.query(makeTable);
    const applied = (await client.query<AppliedMigration>(readApplied)).rows;
    for (const step of pendingMigrations(migrations, applied)) {
      await client.query(step.sql);
      await client.query('INSERT INTO history_migrations (number, name, checksum, applied_at) VALUES ($1, $2, $3, $4)', [
        step.number,
        step.name,
        step.checksum,
        appliedAt,
      ]);
    }
    await client.query('COMMIT');
    client.release();
  } catch (error) {
    // A connection in an unknown state is not given back.
    client.release(true);
    throw error;
  }
}
