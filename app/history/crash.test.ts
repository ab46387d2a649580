import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { openHistory } from './history.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const directory = mkdtempSync(join(tmpdir(), 'cam-crash-'));
const file = join(directory, 'history.sqlite');
const isSoak = process.env.CAM_SOAK === '1';
const kills = isSoak ? 1000 : 100;

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** Starts a program that writes, ends it at a random moment with SIGKILL, and gives what was accepted. */
async function writeAndDie(name: string): Promise<readonly string[]> {
  const child = spawn(process.execPath, [join(root, 'app/testing/history-crash-entry.ts'), directory, name], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = once(child, 'close');
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  // One in ten is killed while it starts.
  if (Math.random() > 0.1) await Promise.race([once(child.stdout, 'data'), closed]);
  await delay(Math.random() * 120);
  child.kill('SIGKILL');
  await closed;
  // A number that is cut off in the middle was not printed whole, so nobody was told of it.
  const lines = printed.split('\n').slice(0, -1);
  return lines.filter((line) => line !== 'begin').map((number) => `${name}:${number}`);
}

describe('a program that is killed while it writes history', () => {
  it(
    `loses nothing that was accepted and writes nothing twice (killed ${String(kills)} times, two at a time)`,
    { timeout: isSoak ? 3_600_000 : 300_000 },
    async () => {
      const accepted = new Set<string>();
      for (let kill = 0; kill < kills; kill += 2) {
        const both = await Promise.all([writeAndDie(`first-${String(kill)}`), writeAndDie(`second-${String(kill)}`)]);
        for (const id of both.flat()) accepted.add(id);
      }
      const history = await openHistory({
        location: { kind: 'sqlite', file },
        directory,
        migrationsDirectory: join(root, 'sql/history'),
        host: 'test',
        clock: systemClock,
        logger: silentLogger,
        closeWaitMs: 60_000,
      });
      await history.recorded();
      const verdict = await history.ask('verifyChain', {});
      const running = await history.ask('running', null);
      const { state } = history;
      await history.close();

      const database = new DatabaseSync(file, { readOnly: true });
      const rows = database.prepare('SELECT execution_id, status, completed_at, attempts FROM query_executions').all();
      const statusOf = new Map(rows.map((row) => [row.execution_id, row.status]));
      expect(accepted.size).toBeGreaterThan(kills);
      expect([...accepted].filter((id) => statusOf.get(id) !== 'success')).toEqual([]);
      expect(statusOf.size).toBe(rows.length);
      expect(rows.filter((row) => row.status === null || row.completed_at === null)).toEqual([]);
      expect(running).toEqual([]);
      expect(verdict).toMatchObject({ isIntact: true, faults: [] });
      expect(state).toMatchObject({ store: 'ready', waiting: 0, rejected: 0, lost: 0 });
      expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
      const counted = database
        .prepare(`SELECT sum(executions) AS n FROM execution_totals WHERE user_id = '' GROUP BY span LIKE 'M%'`)
        .all();
      expect(counted).toEqual([{ n: rows.length }, { n: rows.length }]);
      expect(database.prepare('SELECT count(*) AS n FROM execution_attempts').get()).toEqual({ n: rows.length });
      expect(database.prepare('SELECT count(*) AS n FROM history_sessions').get()).toEqual({ n: 0 });
      const outcomes = database.prepare('SELECT DISTINCT outcome FROM query_runs WHERE completed_at IS NOT NULL').all();
      expect(outcomes).toEqual([{ outcome: 'interrupted' }]);
      database.close();
      expect(readdirSync(directory).filter((name) => name.startsWith('journal-') || name.startsWith('rejected-'))).toEqual([]);
    },
  );
});
