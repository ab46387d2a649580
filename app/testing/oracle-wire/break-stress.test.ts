import { setTimeout as sleep } from 'node:timers/promises';
import type oracledb from 'oracledb';
import { describe, expect, it } from 'vitest';
import { rowGenerator } from './row-generator.ts';
import { type ProfileName } from './profiles.ts';
import { allProfiles, connect, withListener } from './wire-test.ts';

const columns = [
  { name: 'N', type: 'number' },
  { name: 'TEXT', type: 'varchar' },
  { name: 'AT', type: 'timestamptz' },
] as const;

const durationMs = 20_000;
const connectionsPerServer = 2;

/** A small generator of repeatable chance, so that a failure can be played again by its seed. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Tally {
  completed: number;
  broken: number;
  rows: number;
}

/** Runs queries of random size and breaks about half of them at a random moment; checks every row that arrives. */
async function disturb(connection: oracledb.Connection, random: () => number, endAt: number, tally: Tally): Promise<void> {
  while (Date.now() < endAt) {
    const size = Math.ceil(random() * 400);
    const statement = `select ${String(Math.floor(random() * 40))} from t`;
    let calling = true;
    if (random() < 0.5) {
      void sleep(random() * 4).then(async () => {
        if (calling) await connection.break();
      });
    }
    try {
      const { resultSet } = await connection.execute<[number, string, Date]>(statement, [], {
        resultSet: true,
        fetchArraySize: size,
        prefetchRows: random() < 0.3 ? 0 : size,
      });
      let next = 0;
      for (;;) {
        const rows = await resultSet!.getRows(size);
        for (const [n, text, at] of rows) {
          if (n !== next || text !== `row ${String(n)}` || at.getTime() !== n * 1000) expect([n, text, at]).toEqual([next, 'row', next]);
          next += 1;
        }
        tally.rows += rows.length;
        if (rows.length === 0 || random() < 0.1) break;
      }
      calling = false;
      await resultSet!.close();
      if (next === 1500) tally.completed += 1;
    } catch (error) {
      calling = false;
      expect(error).toMatchObject({ errorNum: 1013 });
      tally.broken += 1;
    }
  }
}

/** A break that came after its call had ended is answered by the next call. */
async function settle(connection: oracledb.Connection): Promise<void> {
  await connection.ping().catch((error: unknown) => {
    expect(error).toMatchObject({ errorNum: 1013 });
  });
}

async function stress(profile: ProfileName, seed: number): Promise<Tally> {
  const tally: Tally = { completed: 0, broken: 0, rows: 0 };
  const execute = rowGenerator({ columns, rows: 1500, row: (n) => [n, `row ${String(n)}`, BigInt(n) * 1_000_000n] });
  await withListener({ profile, execute, maxSdu: 2048 }, async (listener) => {
    const connections = await Promise.all(Array.from({ length: connectionsPerServer }, () => connect(listener)));
    const endAt = Date.now() + durationMs;
    await Promise.all(connections.map((connection, index) => disturb(connection, chance(seed + index), endAt, tally)));
    for (const connection of connections) {
      await settle(connection);
      // Every statement is in the driver's cache by now; none may have lost its cursor.
      for (let number = 0; number < 40; number += 1) {
        const { rows } = await connection.execute(`select ${String(number)} from t`, [], { fetchArraySize: 1500, prefetchRows: 1500 });
        expect(rows).toHaveLength(1500);
      }
    }
    expect(listener.sessions().map((session) => session.running)).toEqual(connections.map(() => null));
    for (const connection of connections) await connection.close();
  });
  return tally;
}

describe('breaks at random moments, for 20 seconds on three servers at once', () => {
  it('never lose or change a row that arrives, and never leave a statement unusable', async () => {
    const tallies = await Promise.all(allProfiles.map((profile, index) => stress(profile, 20_261_121 + index * 100)));
    for (const tally of tallies) {
      expect(tally.broken).toBeGreaterThan(100);
      expect(tally.completed).toBeGreaterThan(100);
      expect(tally.rows).toBeGreaterThan(100_000);
    }
  }, 60_000);
});
