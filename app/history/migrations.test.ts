import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { migrationsDirectory, openTestStore } from '../testing/history-store.ts';
import { readMigrations } from './migrations.ts';
import { migrateSqlite, openStore } from './store.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cam-migrations-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const appliedAt = '2026-11-20T14:00:00.000000Z';
const sqliteFolder = join(migrationsDirectory, 'sqlite');

function namesIn(database: DatabaseSync, type: string): readonly unknown[] {
  const rows = database.prepare(`SELECT name FROM sqlite_schema WHERE type = ? AND name NOT LIKE 'sqlite_%' ORDER BY name`).all(type);
  return rows.map((row) => row.name);
}

describe('the migrations of SQLite', () => {
  const made: readonly (readonly [step: string, type: string, names: readonly string[]])[] = [
    ['records', 'table', ['execution_attempts', 'history_sessions', 'query_executions', 'query_runs']],
    ['rollups', 'table', ['execution_durations', 'execution_totals']],
    ['audit', 'table', ['audit_chain', 'audit_head', 'audit_holds']],
    ['views', 'view', ['execution_analytics', 'user_recent_executions']],
    ['schedules', 'table', ['schedule_alerts', 'schedule_intervals', 'schedules']],
    ['verdicts', 'table', ['client_verdicts', 'verdict_runs']],
    ['filters_and_samples', 'index', ['query_runs_sample']],
  ];

  it.each(made.map((step, index) => [index + 1, ...step] as const))('step %i (%s) makes its %s', async (number, step, type, names) => {
    const migrations = await readMigrations(sqliteFolder);
    expect(migrations[number - 1]?.name).toBe(step);
    const database = new DatabaseSync(':memory:');
    migrateSqlite(database, migrations.slice(0, number - 1), appliedAt);
    const before = namesIn(database, type);
    migrateSqlite(database, migrations.slice(0, number), appliedAt);
    expect(namesIn(database, type).filter((name) => !before.includes(name))).toEqual(names);
    expect(database.prepare('SELECT number, name FROM history_migrations ORDER BY number DESC LIMIT 1').get()).toEqual({
      number,
      name: step,
    });
    database.close();
  });

  it('have a test each', async () => {
    expect(await readMigrations(sqliteFolder)).toHaveLength(made.length);
  });

  it('are applied once although many open the same new file at the same moment', async () => {
    const file = join(folder, 'history.sqlite');
    const code = `const { openTestStore } = await import(${JSON.stringify(new URL('../testing/history-store.ts', import.meta.url).href)}); const store = await openTestStore({ kind: 'sqlite', file: ${JSON.stringify(file)} }); await store.close(); process.exit(0);`;
    await Promise.all(Array.from({ length: 6 }, () => promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code])));
    const database = new DatabaseSync(file);
    expect(
      database
        .prepare('SELECT number FROM history_migrations')
        .all()
        .map((row) => row.number),
    ).toEqual(made.map((_, index) => index + 1));
    expect(database.prepare('SELECT count(*) AS n FROM audit_head').get()).toEqual({ n: 1 });
    database.close();
  });

  it('leave the file closed when it is closed again before anything was asked', async () => {
    const file = join(folder, 'history.sqlite');
    await (await openTestStore({ kind: 'sqlite', file })).close();
    // An open connection would keep its log.
    expect(readdirSync(folder)).toEqual(['history.sqlite']);
  });

  it('leave nothing of a step that fails', async () => {
    const copy = join(folder, 'sql');
    cpSync(migrationsDirectory, copy, { recursive: true });
    writeFileSync(
      join(copy, 'sqlite', `${String(made.length + 1).padStart(3, '0')}_broken.sql`),
      'CREATE TABLE half (a TEXT); CREATE TABLE half (a TEXT);',
    );
    const location = { kind: 'sqlite', file: join(folder, 'history.sqlite') } as const;
    const options = { location, nowMs: () => 0, onIdleError: () => undefined };
    await expect(openStore({ ...options, migrationsDirectory: copy })).rejects.toThrow('half');
    const database = new DatabaseSync(location.file);
    expect(namesIn(database, 'table')).toEqual([]);
    database.close();
    await (await openTestStore(location)).close();
  });

  it('of a newer program, or of another one, keep this program from touching the file', async () => {
    const location = { kind: 'sqlite', file: join(folder, 'history.sqlite') } as const;
    await (await openTestStore(location)).close();
    const database = new DatabaseSync(location.file);
    database.exec(`INSERT INTO history_migrations VALUES (${made.length + 1}, 'later', 'x', 'now')`);
    await expect(openTestStore(location)).rejects.toMatchObject({
      failure: { code: 'history.unavailable', message: expect.stringContaining('newer') as string },
    });
    database.exec(
      `DELETE FROM history_migrations WHERE number = ${made.length + 1}; UPDATE history_migrations SET checksum = 'other' WHERE number = 2`,
    );
    await expect(openTestStore(location)).rejects.toMatchObject({
      failure: { code: 'history.unavailable', message: expect.stringContaining('step 2') as string },
    });
    database.close();
  });

  it('make the same tables and columns, in the same order, as those of PostgreSQL', () => {
    const files = readdirSync(sqliteFolder);
    expect(readdirSync(join(migrationsDirectory, 'postgres'))).toEqual(files);
    for (const file of files)
      expect(shapeOf(readFileSync(join(migrationsDirectory, 'postgres', file), 'utf8'))).toEqual(
        shapeOf(readFileSync(join(sqliteFolder, file), 'utf8')),
      );
  });
});

/** Names of tables, views, indexes and columns in order. */
function shapeOf(text: string): readonly string[] {
  return text
    .split('\n')
    .flatMap((line) => /^(?:CREATE \w+ \w+|  [a-z_]+ (?=TEXT|INTEGER|REAL|BIGINT|DOUBLE))/.exec(line)?.[0].trim() ?? []);
}
