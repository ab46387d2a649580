/** Kysely over `node:sqlite`. */
import { chmodSync } from 'node:fs';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { SqliteDialect, type SqliteDatabase, type SqliteStatement } from 'kysely';

/** How long a statement waits for another process's lock, in milliseconds. Without waiting, a third of the writes of two processes fail. */
const busyTimeoutMs = 15_000;

/**
 * Pages in the write-ahead log before they are brought into the file: 32 MB. A page that many commits change is then brought over
 * once for all of them.
 */
const checkpointPages = 8000;

/** Statements kept prepared; the history has about fifty shapes of them. */
const cachedStatements = 200;

/** Opens the file (made where it is not there) for several processes at once: write-ahead log, every commit on the device. */
export function openSqlite(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: busyTimeoutMs, enableForeignKeyConstraints: true });
  try {
    // The first access makes the file; the log beside it is made with the same rights.
    database.exec('PRAGMA user_version');
    chmodSync(file, 0o600);
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -64000; PRAGMA journal_size_limit = 67108864');
    database.exec(`PRAGMA wal_autocheckpoint = ${String(checkpointPages)}`);
  } catch (error) {
    database.close();
    throw error;
  }
  return database;
}

/** A dialect on an open database, which it closes in the end. A transaction takes the write lock when it begins. */
export function sqliteDialect(database: DatabaseSync): SqliteDialect {
  const cache = new Map<string, SqliteStatement>();
  const adapter: SqliteDatabase = {
    close: () => {
      database.close();
    },
    prepare: (sql) => {
      const known = cache.get(sql);
      if (known !== undefined) {
        cache.delete(sql);
        cache.set(sql, known);
        return known;
      }
      const made = sql === 'rollback' ? rollbackOf(database) : adapt(database.prepare(sql === 'begin' ? 'BEGIN IMMEDIATE' : sql));
      cache.set(sql, made);
      const [oldest] = cache.keys();
      if (cache.size > cachedStatements && oldest !== undefined) cache.delete(oldest);
      return made;
    },
  };
  return new SqliteDialect({ database: adapter });
}

/** A full disk ends the transaction by itself; to end it again would hide why. */
function rollbackOf(database: DatabaseSync): SqliteStatement {
  return {
    reader: false,
    all: () => [],
    run: () => {
      if (database.isTransaction) database.exec('ROLLBACK');
      return { changes: 0, lastInsertRowid: 0 };
    },
    iterate: () => [].values(),
  };
}

function adapt(statement: StatementSync): SqliteStatement {
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
    run: (parameters) => statement.run(...(parameters as SQLInputValue[])),
    iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])),
  };
}
