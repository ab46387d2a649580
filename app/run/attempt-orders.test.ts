import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AbortedError, abortReasonOf, onAbort } from '../base/abort.ts';
import type { Batch, Connection, Cursor, Driver } from '../drivers/driver.ts';
import { CamError, failure } from '../model/failure.ts';
import { sampleDatabase, sampleQuery, sampleQueryPolicy } from '../testing/builders.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { MemorySpools } from '../testing/memory-spools.ts';
import { type SourceScene, startSource } from '../testing/source-scene.ts';

/** What can happen to a source. */
const happenings = ['row', 'cancel', 'timeout', 'lost', 'retry', 'death'] as const;
type Happening = (typeof happenings)[number];

const timeoutMs = 10_000;
const delayMs = 1_000;
/** Rows of the whole answer: the row that comes is all of it. */
const allRows = 1;
const columns = [
  { name: 'USER_ID', kind: 'text' as const },
  { name: 'CHANGE_DATE', kind: 'timestamp' as const },
];

/** A database whose every row comes when the test says so, and all that are left once it is told to let go. */
class HandDriver implements Driver {
  readonly kind = 'fake';
  open = 0;
  #isFree = false;
  #waiting: { give: (count: number) => void; lose: () => void } | undefined;

  connect(): Promise<Connection> {
    this.open += 1;
    let isOpen = true;
    return Promise.resolve({
      endpoint: 'fake',
      query: (_statement, signal) => Promise.resolve(this.#cursor(signal)),
      describe: () => Promise.resolve(columns),
      ping: () => Promise.resolve(),
      close: () => {
        if (isOpen) this.open -= 1;
        isOpen = false;
        return Promise.resolve();
      },
    });
  }

  giveRow(): void {
    this.#waiting?.give(1);
  }

  loseConnection(): void {
    this.#waiting?.lose();
  }

  letGo(): void {
    this.#isFree = true;
    this.#waiting?.give(allRows);
  }

  #cursor(signal: AbortSignal): Cursor {
    let given = 0;
    const next = async (): Promise<Batch | undefined> => {
      if (given === allRows) return undefined;
      const count = Math.min(this.#isFree ? allRows : await this.#asked(signal), allRows - given);
      const ids = Array.from({ length: count }, (_, row) => `client ${String(given + row)}`);
      given += count;
      return { rowCount: count, columns: [ids, ids.map(() => '2026-11-20 13:00:00')] };
    };
    return { columns, next, close: () => Promise.resolve() };
  }

  #asked(signal: AbortSignal): Promise<number> {
    return new Promise((resolve, reject) => {
      const settle = (how: () => void): void => {
        stop();
        this.#waiting = undefined;
        how();
      };
      const stop = onAbort(signal, () => settle(() => reject(new AbortedError(abortReasonOf(signal)))));
      if (signal.aborted) return;
      this.#waiting = {
        give: (count) => settle(() => resolve(count)),
        lose: () => settle(() => reject(new CamError(failure('db.connection-lost')))),
      };
    });
  }
}

function ordersOf<T>(values: readonly T[]): T[][] {
  if (values.length <= 1) return [[...values]];
  return values.flatMap((value, place) => ordersOf(values.toSpliced(place, 1)).map((rest) => [value, ...rest]));
}

const kinds = new Set<string>();

async function play(order: readonly Happening[]): Promise<void> {
  const clock = new FakeClock(1_000_000);
  const driver = new HandDriver();
  const retry = { retries: 3, delaysMs: [delayMs], jitter: 0 };
  const query = sampleQuery({ timeoutMs, policy: { ...sampleQueryPolicy, retry } });
  const database = sampleDatabase({ maxConcurrency: 1, queries: [query] });
  const spools = new MemorySpools();
  const scene = startSource({ clock, database, driver, spools, folder: join(tmpdir(), 'cam-orders-never-made') });
  let ends = 0;
  const ended = scene.outcome.finally(() => (ends += 1));
  await clock.advance(0);
  for (const happening of order) {
    await happen(happening, { clock, driver, scene });
    await clock.advance(0);
  }
  driver.letGo();
  // What is left of an attempt is removed in the machine's time: the clock goes on until the source has ended.
  while (ends === 0) await clock.advance(500);
  const outcome = await ended;
  const told = scene.events.length;
  void scene.close();
  await clock.advance(10_000);
  expect(scene.events.length).toBe(told);
  kinds.add(outcome.kind);
  await expectOneEnd(scene, { clock, driver, spools, kind: outcome.kind, rows: outcome.kind === 'completed' ? outcome.rows : undefined });
}

async function happen(happening: Happening, { clock, driver, scene }: { clock: FakeClock; driver: HandDriver; scene: SourceScene }) {
  switch (happening) {
    case 'row':
      driver.giveRow();
      return;
    case 'cancel':
      scene.cancel();
      return;
    case 'timeout':
      await clock.advance(timeoutMs);
      return;
    case 'lost':
      driver.loseConnection();
      return;
    case 'retry':
      await clock.advance(delayMs);
      return;
    case 'death':
      scene.killWorker();
  }
}

/** Whatever the order: one end, nothing after it, a whole answer or none, and everything given back. */
async function expectOneEnd(
  scene: SourceScene,
  {
    clock,
    driver,
    spools,
    kind,
    rows,
  }: { clock: FakeClock; driver: HandDriver; spools: MemorySpools; kind: string; rows: number | undefined },
): Promise<void> {
  const attempts = scene.events.flatMap((event) => (event.kind === 'attempt-ended' ? [event] : []));
  const isAnswered = kind === 'completed';
  // The place is free again: somebody else passes at once.
  const passed = await scene.gate
    .caller({ kind: 'fake', script: 'another' })
    .pass(() => Promise.resolve('passed'), new AbortController().signal);
  const last = attempts.at(-1)?.outcome;
  expect({
    rows,
    attached: scene.attached.length,
    begun: spools.begun,
    committed: spools.committed.map(({ length }) => length),
    successes: attempts.filter(({ outcome }) => outcome === 'success').length,
    numbers: attempts.map(({ attempt }) => attempt),
    last: isAnswered ? last : 'not asked',
    ...{ timers: clock.pendingTimers, connections: driver.open, passed },
  }).toEqual({
    rows: isAnswered ? allRows : undefined,
    attached: isAnswered ? 1 : 0,
    begun: 0,
    committed: isAnswered ? [allRows] : [],
    successes: isAnswered ? 1 : 0,
    numbers: attempts.map((_, index) => index + 1),
    last: isAnswered ? 'success' : 'not asked',
    ...{ timers: 0, connections: 0, passed: 'passed' },
  });
}

describe('a source to which a row, a cancel, a passed limit, a lost connection, the time of a retry and the death of its process happen', () => {
  it.each(happenings)(
    'ends once in every order that begins with %s, whole or not at all, and leaves nothing behind',
    async (first) => {
      const orders = ordersOf(happenings.filter((each) => each !== first)).map((rest) => [first, ...rest]);
      expect(orders).toHaveLength(120);
      for (const order of orders) {
        try {
          await play(order);
        } catch (error) {
          throw new Error(`in the order ${order.join(', ')}`, { cause: error });
        }
      }
    },
    120_000,
  );

  it('has ended in each way that there is for it: answered, cancelled, failed', () => {
    expect([...kinds].sort()).toEqual(['cancelled', 'completed', 'failed']);
  });
});
