import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { abort, AbortedError } from '../../base/abort.ts';
import { systemClock } from '../../base/clock.ts';
import { columnsOf, driver, quiet, statementOf, targetOf } from '../../testing/oracle-harness.ts';
import type { Execute } from '../../testing/oracle-wire/backend.ts';
import type { OracleListener } from '../../testing/oracle-wire/listener.ts';
import type { ProfileName } from '../../testing/oracle-wire/profiles.ts';
import { rowGenerator } from '../../testing/oracle-wire/row-generator.ts';
import type { SessionInfo } from '../../testing/oracle-wire/session.ts';
import { until, withListener } from '../../testing/oracle-wire/wire-test.ts';
import { withCancelLadder } from '../../worker/cancel-ladder.ts';
import type { Connection } from '../driver.ts';
import { OracleSession } from './oracle-session.ts';

const columns = [
  { name: 'USER_ID', type: 'number' },
  { name: 'LABEL', type: 'varchar' },
] as const;
const row = (n: number): readonly [number, string] => [n, `row ${String(n)}`];
const endless = rowGenerator({ columns, rows: Infinity, row });
const threeThousand = rowGenerator({ columns, rows: 3000, row });

/** `slow` waits for ever before its first row, `endless` has rows for ever, anything else 3000 rows. */
const execute: Execute = async (request, signal) => {
  if (request.sql.includes('endless')) return endless(request, signal);
  if (!request.sql.includes('slow') || request.describeOnly) return threeThousand(request, signal);
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
  throw new Error('stopped');
};

const slow = statementOf('SELECT user_id, label FROM slow');
const cancelled = { kind: 'cancel', by: 'a test' } as const;

/** What the server itself says is going on. */
function busy(listener: OracleListener): readonly string[] {
  return listener.sessions().flatMap(({ running, openResults }) => [...openResults, ...(running === null ? [] : [running])]);
}

/** Runs a statement to its end and cancels it after some time; whether it had ended before. */
async function cancelAfter(connection: Connection, sql: string, waitMs: number): Promise<'cancelled' | 'ended before'> {
  const controller = new AbortController();
  const reading = columnsOf(connection, statementOf(sql), controller.signal).then(
    () => 'ended before' as const,
    (error: unknown) => {
      if (!(error instanceof AbortedError)) throw error;
      expect(error.reason).toEqual(cancelled);
      return 'cancelled' as const;
    },
  );
  await sleep(waitMs);
  abort(controller, cancelled);
  return reading;
}

/** 3000 rows, each in its place: nothing of an earlier statement has come in between. */
async function expectUsable(connection: Connection): Promise<void> {
  const [ids, labels] = await columnsOf(connection, statementOf('SELECT user_id, label FROM t'));
  expect(ids?.findIndex((id, n) => id !== String(n))).toBe(-1);
  expect(labels?.findIndex((label, n) => label !== `row ${String(n)}`)).toBe(-1);
  expect(ids).toHaveLength(3000);
}

const profiles: readonly ProfileName[] = ['12.2', '19c', '23ai'];

describe.each(profiles)('cancels on a %s server', (profile) => {
  it('200 of 200 in the execution leave no statement on the server, and the session usable', () =>
    withListener({ execute, profile }, async (listener) => {
      const connection = await driver.connect(targetOf(listener), quiet);
      for (let round = 0; round < 200; round += 1) {
        expect(await cancelAfter(connection, slow.sql, (round % 10) / 2)).toBe('cancelled');
        expect(busy(listener)).toEqual([]);
        if (round % 20 === 0) await expectUsable(connection);
      }
      await expectUsable(connection);
      await connection.close('end');
    }));

  it('200 of 200 in the fetches leave no statement on the server, and the session usable', () =>
    withListener({ execute, profile }, async (listener) => {
      const connection = await driver.connect(targetOf(listener), quiet);
      for (let round = 0; round < 200; round += 1) {
        expect(await cancelAfter(connection, 'SELECT user_id, label FROM endless', 1 + (round % 12))).toBe('cancelled');
        expect(busy(listener)).toEqual([]);
        if (round % 20 === 0) await expectUsable(connection);
      }
      await expectUsable(connection);
      await connection.close('end');
    }));

  it('200 of 200 at any moment of a statement that would end by itself are told as what they are', () =>
    withListener({ execute, profile }, async (listener) => {
      const connection = await driver.connect(targetOf(listener), quiet);
      const outcomes = new Set<string>();
      for (let round = 0; round < 200; round += 1) {
        outcomes.add(await cancelAfter(connection, 'SELECT user_id, label FROM t', (round % 25) / 2));
        expect(busy(listener)).toEqual([]);
        if (round % 20 === 0) await expectUsable(connection);
      }
      expect(outcomes.has('cancelled')).toBe(true);
      await expectUsable(connection);
      await connection.close('end');
    }));

  it('200 of 200 in the logon leave no session', () =>
    withListener({ execute, profile }, async (listener) => {
      for (let round = 0; round < 200; round += 1) {
        if (round % 4 === 0) listener.setFault({ kind: 'swallow-logon', times: 1 });
        const controller = new AbortController();
        const connecting = driver.connect(targetOf(listener), controller.signal).then(
          (connection) => connection.close('drop'),
          (error: unknown) => {
            expect(error).toEqual(new AbortedError(cancelled));
          },
        );
        await sleep(round % 12);
        abort(controller, cancelled);
        await connecting;
        listener.clearFaults();
      }
      await until(() => listener.sessions().length === 0);
    }));

  it('a break that comes after its call had ended is not left for the next one', () =>
    withListener({ execute, profile }, async (listener) => {
      const connection = await driver.connect(targetOf(listener), quiet);
      if (!(connection instanceof OracleSession)) throw new Error('another session than expected');
      for (let round = 0; round < 20; round += 1) {
        const controller = new AbortController();
        const call = connection.call(controller.signal, { stage: 'statement' }, async () => {
          await connection.ping(quiet);
          abort(controller, cancelled);
        });
        await expect(call).rejects.toEqual(new AbortedError(cancelled));
        await connection.ping(quiet);
        await expectUsable(connection);
      }
      await connection.close('end');
    }));

  it.each([
    ['the execution', { sql: slow.sql, faults: [] }],
    ['the fetches', { sql: 'SELECT user_id, label FROM endless', faults: [{ kind: 'delay', stage: 'fetch', ms: 3_600_000 }] }],
  ] as const)('200 of 200 in %s leave nothing on a server that hears no break, and are not told as confirmed', (_stage, { sql, faults }) =>
    withListener({ execute, profile, faults: [{ kind: 'ignore-break' }, ...faults] }, async (listener) => {
      const ends: unknown[] = [];
      const atATime = 10;
      const isWaited = ({ running, openResults }: SessionInfo): boolean =>
        running !== null && (faults.length === 0 || openResults.length > 0);
      for (let round = 0; round < 200 / atATime; round += 1) {
        const connections = await Promise.all(Array.from({ length: atATime }, () => driver.connect(targetOf(listener), quiet)));
        const controller = new AbortController();
        const cancels = connections.map((connection) => {
          const cut = (): Promise<void> => connection.close('drop');
          const ladder = { clock: systemClock, what: 'statement', askMs: 20, cutMs: 60_000, cut } as const;
          return withCancelLadder(columnsOf(connection, statementOf(sql), controller.signal), controller.signal, ladder);
        });
        await until(() => listener.sessions().filter(isWaited).length === atATime);
        abort(controller, cancelled);
        ends.push(...(await Promise.allSettled(cancels)));
        await until(() => listener.sessions().length === 0);
      }
      expect(ends).toHaveLength(200);
      for (const end of ends) expect(end).toMatchObject({ reason: { reason: cancelled, confirmed: false, usable: false, stuck: false } });
    }),
  );
});
