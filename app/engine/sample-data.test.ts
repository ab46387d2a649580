import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseStatement, rewriteBinds } from '../sqltext/statement.ts';
import { ensureSampleData, expectedSample } from './sample-data.ts';

const sqlDirectory = fileURLToPath(new URL('../../sql', import.meta.url));
const hour = 3_600_000;
const nowMs = Date.UTC(2026, 9, 25, 13, 7, 9, 123);
let folder: string;

/** Runs a query over the sample: the view `changes` has user_id, kind, changed_at of both databases. */
async function ask(files: readonly string[], sql: string): Promise<Record<string, unknown>[]> {
  const instance = await DuckDBInstance.create(':memory:');
  try {
    const connection = await instance.connect();
    await connection.run(`ATTACH '${files[0]!}' AS client (READ_ONLY); ATTACH '${files[1]!}' AS account (READ_ONLY);
      CREATE VIEW changes AS
        SELECT user_id, 'email' AS kind, change_date AS changed_at FROM client.event_logs.email_changes
        UNION ALL SELECT user_id, 'phone', change_date FROM client.event_logs.phone_changes
        UNION ALL SELECT user_id, 'token', action_date FROM client.event_logs.token_changes
        UNION ALL SELECT user_id, 'password', change_date FROM account.audit_logs.password_changes`);
    const rows = (await connection.runAndReadAll(sql)).getRowObjectsJson();
    connection.closeSync();
    return rows;
  } finally {
    instance.closeSync();
  }
}

function timestamp(ms: number): string {
  return `TIMESTAMP '${new Date(ms).toISOString().slice(0, 23)}'`;
}

function typesInWindow(endMs: number): string {
  return `SELECT user_id, count(DISTINCT kind) AS kinds FROM changes
    WHERE changed_at BETWEEN ${timestamp(endMs - 24 * hour)} AND ${timestamp(endMs)} GROUP BY user_id`;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-sample-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('the sample databases', () => {
  it.each([0, 1, 6, 11, 12])(
    'hold exactly the known matches in the 24 hours before a time %i hours after they were made',
    async (hours) => {
      const { files } = await ensureSampleData({ directory: join(folder, 'known'), sqlDirectory, nowMs });
      const found = await ask(files, `${typesInWindow(nowMs + hours * hour)} HAVING kinds = 4 ORDER BY user_id`);
      expect(found.map(({ user_id }) => user_id)).toEqual([...expectedSample.confirmed]);
      const nearly = await ask(files, `SELECT count(*)::INTEGER AS n FROM (${typesInWindow(nowMs + hours * hour)} HAVING kinds = 3)`);
      expect(nearly).toEqual([{ n: expectedSample.threeOfFour + expectedSample.tooWide }]);
    },
  );

  it('hold no other client with all four changes in 24 hours, whatever the last event time', async () => {
    const { files } = await ensureSampleData({ directory: join(folder, 'known'), sqlDirectory, nowMs });
    // A window can only begin to match at one of the changes: so each change is tried as its end.
    const matches = await ask(
      files,
      `SELECT DISTINCT last.user_id FROM changes AS last JOIN changes AS event
         ON event.user_id = last.user_id AND event.changed_at BETWEEN last.changed_at - INTERVAL 24 HOUR AND last.changed_at
       GROUP BY last.user_id, last.changed_at HAVING count(DISTINCT event.kind) = 4 ORDER BY last.user_id`,
    );
    expect(matches.map(({ user_id }) => user_id)).toEqual([...expectedSample.confirmed]);
  });

  it('show nine clients with all four changes in 48 hours beside these, and nobody else with more than three', async () => {
    const { files } = await ensureSampleData({ directory: join(folder, 'known'), sqlDirectory, nowMs });
    const wide = await ask(
      files,
      `SELECT max_kinds, count(*)::INTEGER AS clients FROM (
         SELECT user_id, max(kinds)::INTEGER AS max_kinds FROM (
           SELECT last.user_id, count(DISTINCT event.kind) AS kinds FROM changes AS last JOIN changes AS event
             ON event.user_id = last.user_id AND event.changed_at BETWEEN last.changed_at - INTERVAL 48 HOUR AND last.changed_at
           GROUP BY last.user_id, last.changed_at) GROUP BY user_id) GROUP BY max_kinds HAVING max_kinds > 2 ORDER BY max_kinds`,
    );
    const { confirmed, threeOfFour, tooWide } = expectedSample;
    expect(wide).toEqual([
      { max_kinds: 3, clients: threeOfFour },
      { max_kinds: 4, clients: confirmed.length + tooWide },
    ]);
  });

  it('hold thousands of clients over thirty days, none of whose changes lies in the future, with microseconds', async () => {
    const { files } = await ensureSampleData({ directory: join(folder, 'known'), sqlDirectory, nowMs });
    const [facts] = await ask(
      files,
      `SELECT count(DISTINCT user_id)::INTEGER AS clients, min(changed_at) >= ${timestamp(nowMs - 30 * 24 * hour)} AS is_recent,
              min(changed_at) < ${timestamp(nowMs - 29 * 24 * hour)} AS is_long, max(changed_at) < ${timestamp(nowMs - hour)} AS is_past,
              count(*) FILTER (microsecond(changed_at) % 1000 <> 0) > count(*) * 0.99 AS is_fine
         FROM changes`,
    );
    expect(facts).toMatchObject({ is_recent: true, is_long: true, is_past: true, is_fine: true });
    expect(facts!.clients).toBeGreaterThan(expectedSample.clients * 0.95);
  });

  it('are the same when they are made again for the same moment', async () => {
    const [one, other] = await Promise.all(
      ['one', 'other'].map(async (name) => {
        const { files } = await ensureSampleData({ directory: join(folder, name), sqlDirectory, nowMs });
        return ask(files, 'SELECT md5(string_agg(c::VARCHAR, chr(10) ORDER BY c::VARCHAR)) AS sum FROM changes AS c');
      }),
    );
    expect(one).toEqual(other);
  });
});

describe('the shipped queries', () => {
  const columns = {
    'client.event_logs': {
      get_all_email_changes: 'user_id old_email new_email change_date changed_by change_reason',
      get_phone_changes_by_client_id: 'user_id old_phone new_phone phone_type change_date changed_by',
      get_token_changes: 'user_id token_type action action_date performed_by ip_address',
    },
    'account.audit_logs': { get_all_password_changes: 'user_id change_date change_type change_source ip_address user_agent' },
  };

  it.each(
    Object.entries(columns).flatMap(([schema, queries]) =>
      Object.entries(queries).map(([name, wanted]) => [name, schema, wanted] as const),
    ),
  )('%s give their columns in order, from the start date on, newest first', async (name, schema, wanted) => {
    const { files } = await ensureSampleData({ directory: join(folder, 'known'), sqlDirectory, nowMs });
    const parsed = parseStatement(await readFile(join(sqlDirectory, `${name}.sql`), 'utf8'));
    if (!parsed.ok) throw new Error(parsed.error.message);
    expect(parsed.value.bindNames).toEqual(['start_date']);
    const start = nowMs - 5 * 24 * hour;
    const sql = rewriteBinds(parsed.value, () => timestamp(start));
    const rows = await ask(files, `USE ${schema}; ${sql}`);
    expect(Object.keys(rows[0]!).join(' ')).toBe(wanted);
    const times = rows.map((row) => String(row.change_date ?? row.action_date));
    expect(times).toEqual(times.toSorted().reverse());
    expect(times.at(-1)! >= new Date(start).toISOString().replace('T', ' ').slice(0, 23)).toBe(true);
    expect(times.length).toBeGreaterThan(100);
  });
});

describe('making the sample databases', () => {
  it('leaves fresh ones alone and makes old ones, incomplete ones and ones of the future anew', async () => {
    const directory = join(folder, 'aging');
    const { files } = await ensureSampleData({ directory, sqlDirectory, nowMs });
    const inodes = async () => Promise.all(files.map(async (file) => (await stat(file)).ino));
    const first = await inodes();
    await ensureSampleData({ directory, sqlDirectory, nowMs: nowMs + 11.9 * hour });
    expect(await inodes()).toEqual(first);
    await ensureSampleData({ directory, sqlDirectory, nowMs: nowMs + 12.1 * hour });
    const second = await inodes();
    expect(second.some((inode) => first.includes(inode))).toBe(false);
    expect((await stat(files[0]!)).mtimeMs).toBe(nowMs + 12.1 * hour);
    await ensureSampleData({ directory, sqlDirectory, nowMs });
    expect((await stat(files[0]!)).mtimeMs).toBe(nowMs);
    await rm(files[1]!);
    await ensureSampleData({ directory, sqlDirectory, nowMs: nowMs + hour });
    expect(await Promise.all(files.map(async (file) => (await stat(file)).mtimeMs))).toEqual([nowMs + hour, nowMs + hour]);
  });

  it('works for several at once, and leaves nothing but the two files and the mark that they are samples', async () => {
    const directory = join(folder, 'several');
    const made = await Promise.all([0, 1, 2].map((ms) => ensureSampleData({ directory, sqlDirectory, nowMs: nowMs + ms })));
    expect((await readdir(directory)).toSorted()).toEqual([
      'account_activity_analysis.duckdb',
      'client_activity_analysis.duckdb',
      'these-are-samples.txt',
    ]);
    expect(await ask(made[0]!.files, `SELECT count(*)::INTEGER AS n FROM (${typesInWindow(nowMs)} HAVING kinds = 4)`)).toEqual([{ n: 12 }]);
  });

  it('replaces a file that somebody reads at the moment, and the reader keeps what it had', async () => {
    const directory = join(folder, 'held');
    const { files } = await ensureSampleData({ directory, sqlDirectory, nowMs });
    const instance = await DuckDBInstance.create(files[0], { access_mode: 'READ_ONLY' });
    const connection = await instance.connect();
    const count = async () => (await connection.runAndReadAll('SELECT max(change_date) FROM event_logs.email_changes')).getRowsJson();
    const before = await count();
    await ensureSampleData({ directory, sqlDirectory, nowMs: nowMs + 24 * hour });
    expect(await count()).toEqual(before);
    connection.closeSync();
    instance.closeSync();
    const [newest] = await ask(files, 'SELECT max(changed_at)::VARCHAR AS at FROM changes');
    expect(String(newest!.at) > new Date(nowMs).toISOString().replace('T', ' ')).toBe(true);
  });

  it('keeps the old files where new ones cannot be made, and fails where there are none', async () => {
    const directory = join(folder, 'broken');
    const brokenSql = join(folder, 'broken-sql');
    await mkdir(join(brokenSql, 'sample'), { recursive: true });
    await copyFile(join(sqlDirectory, 'sample/changes.sql'), join(brokenSql, 'sample/changes.sql'));
    await writeFile(join(brokenSql, 'sample/client_activity_analysis.sql'), 'CREATE SCHEMA event_logs; SELECT no_such_function()');
    await expect(ensureSampleData({ directory, sqlDirectory: brokenSql, nowMs })).rejects.toThrow('no_such_function');
    expect(await readdir(directory)).toEqual(['these-are-samples.txt']);
    await ensureSampleData({ directory, sqlDirectory, nowMs });
    const { files } = await ensureSampleData({ directory, sqlDirectory: brokenSql, nowMs: nowMs + 24 * hour });
    expect((await stat(files[0]!)).mtimeMs).toBe(nowMs);
  });

  it("never replaces a database that is somebody's own", async () => {
    const directory = join(folder, 'own');
    await mkdir(directory);
    const own = join(directory, 'client_activity_analysis.duckdb');
    await writeFile(own, 'years of work');
    await utimes(own, 0, 0);
    await expect(ensureSampleData({ directory, sqlDirectory, nowMs })).rejects.toMatchObject({ failure: { code: 'config.invalid' } });
    expect(await readFile(own, 'utf8')).toBe('years of work');
    expect(await readdir(directory)).toEqual(['client_activity_analysis.duckdb']);
  });

  it('removes what a process that died left behind, but not what another is still writing', async () => {
    const directory = join(folder, 'abandoned');
    await mkdir(directory);
    const dead = 'client_activity_analysis.duckdb.0123456789ab.tmp';
    const alive = 'client_activity_analysis.duckdb.ba9876543210.tmp';
    for (const name of [dead, alive]) await writeFile(join(directory, name), '');
    await utimes(join(directory, dead), nowMs / 1000 - 7200, nowMs / 1000 - 7200);
    await utimes(join(directory, alive), nowMs / 1000 - 60, nowMs / 1000 - 60);
    await ensureSampleData({ directory, sqlDirectory, nowMs });
    const left = await readdir(directory);
    expect(left).not.toContain(dead);
    expect(left).toContain(alive);
  });
});
