import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import type { Driver } from '../drivers/driver.ts';
import { sampleDatabase, sampleQuery, sampleQueryPolicy } from '../testing/builders.ts';
import { createFakeDriver } from '../testing/fake-driver.ts';
import { fakeSql } from '../testing/fake-script.ts';
import { MemorySpools } from '../testing/memory-spools.ts';
import { startSource } from '../testing/source-scene.ts';
import { watchLeaks } from '../testing/leak-check.ts';

const rows = 1_000;
const tries = 4;
const columns = [
  { name: 'USER_ID', kind: 'text' as const },
  { name: 'CHANGE_DATE', kind: 'timestamp' as const },
];

const trueSet = Array.from({ length: rows }, (_, row) => `row ${String(row + 1)}`);

/** The fake driver, whose connection breaks after row `afterRow` of each of the first `cuts` statements. */
function cutDriver(afterRow: number, cuts: number): Driver {
  const whole = createFakeDriver({ clock: systemClock });
  let statements = 0;
  return {
    kind: 'fake',
    connect: async (target, signal) => {
      const connection = await whole.connect(target, signal);
      const query = connection.query.bind(connection);
      connection.query = (statement, own) => {
        statements += 1;
        const midway = { afterRows: afterRow, then: 'fail', code: 'db.connection-lost' } as const;
        const sql = fakeSql({ columns, rows, batchRows: 97, ...(statements <= cuts ? { midway } : {}) });
        return query({ ...statement, sql }, own);
      };
      return connection;
    },
  };
}

describe('a source whose connection breaks after row k', () => {
  let folder: string;
  let duck: DuckDBConnection;
  let checkLeaks: () => Promise<void>;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cam-once-'));
    duck = await (await DuckDBInstance.create(':memory:')).connect();
    checkLeaks = watchLeaks();
  });
  afterAll(async () => {
    await checkLeaks();
    duck.closeSync();
    await rm(folder, { recursive: true, force: true });
  });

  /** Count, count of different ids, first and last row of what the engine was given. */
  const contentOf = async (files: readonly string[]): Promise<unknown> => {
    const list = files.map((file) => `'${file}'`).join(', ');
    const found = await duck.runAndReadAll(
      `SELECT count(*), count(DISTINCT c0), min(c1)::VARCHAR, max(c1)::VARCHAR FROM read_parquet([${list}])`,
    );
    return found.getRows()[0];
  };

  /** Into files where their content is to be looked at, else into memory. */
  const play = async (afterRow: number, cuts: number, isFile: boolean): Promise<void> => {
    const own = join(folder, String(afterRow));
    const memory = new MemorySpools();
    const policy = { ...sampleQueryPolicy, retry: { retries: tries - 1, delaysMs: [0], jitter: 0 } };
    const database = sampleDatabase({ queries: [sampleQuery({ policy })] });
    const scene = startSource({
      clock: systemClock,
      database,
      driver: cutDriver(afterRow, cuts),
      folder: own,
      ...(isFile ? {} : { spools: memory }),
    });
    const outcome = await scene.outcome;
    await scene.close();
    const attempts = scene.events.flatMap((event) => (event.kind === 'attempt-ended' ? [event.outcome] : []));
    if (cuts < tries) {
      expect(outcome).toMatchObject({ kind: 'completed', rows });
      expect(attempts).toEqual([...new Array<string>(cuts).fill('failed'), 'success']);
      expect(scene.attached).toHaveLength(1);
      if (isFile) {
        expect(await contentOf(scene.attached[0]?.files ?? [])).toEqual([1_000n, 1_000n, '2026-01-01 00:00:00', '2026-01-01 00:16:39']);
      } else expect(memory.committed).toEqual([trueSet]);
    } else {
      expect(outcome).toMatchObject({ kind: 'failed', failure: { code: 'db.connection-lost' } });
      expect(attempts).toEqual(new Array<string>(tries).fill('failed'));
      expect(scene.attached).toEqual([]);
      expect(memory.committed).toEqual([]);
      expect(existsSync(join(own, 'source-1'))).toBe(false);
    }
    expect(memory.begun).toBe(0);
    if (isFile) await rm(own, { recursive: true, force: true });
  };

  it('for every k from 1 to 1,000 has every row once, or is missing: never a row twice, never one lost in silence', async () => {
    // One to four breaks in turn; with four tries the fourth is one too many. Every 31st writes files, whose content is read again.
    for (let afterRow = 1; afterRow <= rows; afterRow += 1) {
      try {
        await play(afterRow, 1 + ((afterRow - 1) % tries), afterRow % 31 === 0);
      } catch (error) {
        throw new Error(`after row ${String(afterRow)}`, { cause: error });
      }
    }
  }, 300_000);
});
