import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeClock } from '../testing/fake-clock.ts';
import { executionEvent, sampleExecution } from '../testing/history-events.ts';
import { migrationsDirectory } from '../testing/history-store.ts';
import { Journal, type JournalPosition } from './journal.ts';
import { StoreWriter, type WriterReport } from './store-writer.ts';

const session = '7-00000007';
let directory: string;
let clock: FakeClock;
let spare: number | undefined;
let reports: WriterReport[];
let writer: StoreWriter;
let running: Promise<void>;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cam-writer-'));
  clock = new FakeClock(1_795_000_000_000);
  spare = 0;
  reports = [];
  writer = new StoreWriter({
    session: { id: session, host: 'test', pid: 7, directory },
    store: {
      location: { kind: 'sqlite', file: join(directory, 'history.sqlite') },
      migrationsDirectory,
      nowMs: () => clock.nowMs(),
      onIdleError: () => undefined,
    },
    clock,
    onReport: (report) => void reports.push(report),
    spare: () => spare,
  });
  running = writer.run();
});
afterEach(async () => {
  await writer.stop(running);
  rmSync(directory, { recursive: true, force: true });
});

/** Journals so many records of about a kilobyte each, and tells the writer; with `isEachAlone` every one in a segment of its own. */
async function journal(count: number, isEachAlone = false): Promise<void> {
  const positions: JournalPosition[] = [];
  const one = new Journal({
    directory,
    session,
    segmentBytes: isEachAlone ? 1 : 64 << 20,
    memoryBytes: 64 << 20,
    clock,
    onDurable: (position) => void positions.push(position),
    onGivenUp: () => undefined,
    onFailure: (error) => {
      throw error;
    },
  });
  for (let number = 0; number < count; number += 1) {
    void one.append({ at: clock.nowMs(), event: executionEvent(sampleExecution({ executionId: String(number) })) });
    if (isEachAlone) await one.flushed();
  }
  await one.close();
  const end = positions.at(-1);
  if (end === undefined) throw new Error('nothing was journalled');
  writer.advance(end);
}

/** Lets the fake time pass in small steps, and the store and its files have their turns. */
async function pass(ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 100) {
    await clock.advance(100);
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

function applied(): number {
  return reports.at(-1)?.applied ?? 0;
}

async function ready(): Promise<void> {
  await expect.poll(() => reports.at(-1)?.store, { timeout: 10_000 }).toBe('ready');
}

describe('the writer of the store, while others need the processors', () => {
  it('leaves many records in the journal, and writes them as soon as half a processor is to spare', async () => {
    await ready();
    await journal(500);
    await pass(5000);
    expect(applied()).toBe(0);
    spare = 0.5;
    await pass(500);
    expect(applied()).toBe(500);
  });

  it('writes a part of them after ten seconds all the same', async () => {
    await ready();
    await journal(500);
    await pass(9_500);
    expect(applied()).toBe(0);
    await pass(1_000);
    expect(applied()).toBe(500);
  });

  it('lets no more than fifteen segments wait, however busy the others are', async () => {
    await ready();
    await journal(20, true);
    await pass(5000);
    expect(applied()).toBe(5);
    spare = 0.5;
    await pass(500);
    expect(applied()).toBe(20);
  });

  it('does not keep a few waiting, the first ones of a segment neither', async () => {
    await ready();
    // What was read last lies in the segment before: nothing was read yet of this one.
    await journal(20);
    await pass(500);
    expect(applied()).toBe(20);
  });

  it('keeps none waiting that somebody wants in the store', async () => {
    await ready();
    await journal(500);
    await pass(1000);
    expect(applied()).toBe(0);
    const drained = writer.drained();
    await pass(100);
    await drained;
    expect(applied()).toBe(500);
  });

  it('looks again where it is not known what is to spare', async () => {
    spare = undefined;
    await ready();
    await journal(500);
    await pass(1000);
    expect(applied()).toBe(0);
    spare = 1.2;
    await pass(500);
    expect(applied()).toBe(500);
  });
});
