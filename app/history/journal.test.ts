import { appendFileSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { executionEvent, sampleExecution } from '../testing/history-events.ts';
import { Journal, type JournalPosition } from './journal.ts';
import { decodeLine, decodeLines, encodeEntry, type JournalEntry, segmentName } from './journal-format.ts';
import { readPiece, removeSegments } from './journal-reader.ts';

let directory: string;
const session = '123-abcdef01';

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cam-journal-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function entry(id: string): JournalEntry {
  return { at: 1, event: executionEvent(sampleExecution({ executionId: id })) };
}

function openJournal(change: Partial<ConstructorParameters<typeof Journal>[0]> = {}): Journal {
  return new Journal({
    directory,
    session,
    segmentBytes: 1 << 20,
    memoryBytes: 1 << 20,
    clock: systemClock,
    onDurable: () => undefined,
    onGivenUp: () => undefined,
    onFailure: () => undefined,
    ...change,
  });
}

function allIds(end?: JournalPosition): readonly string[] {
  const ids: string[] = [];
  let from: JournalPosition = { segment: 0, bytes: 0 };
  for (let piece = readPiece(directory, session, from, end); piece !== undefined; piece = readPiece(directory, session, from, end)) {
    from = piece.next;
    for (const { event } of piece.entries) if (event.kind === 'execution') ids.push(event.record.executionId);
  }
  return ids;
}

describe('a line of a journal', () => {
  it('is JSON and gives back what was written, whatever the texts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const line = encodeEntry(entry(text));
        expect(JSON.parse(line.toString())).toHaveLength(3);
        expect(decodeLine(line.subarray(0, -1))).toEqual(entry(text));
      }),
    );
  });

  it('is refused when it was cut off or any byte of it was changed', () => {
    const line = encodeEntry(entry('ä'));
    fc.assert(
      fc.property(fc.nat(line.length - 2), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const spoiled = Buffer.from(line.subarray(0, -1));
        spoiled[place] = (spoiled[place] ?? 0) ^ change;
        expect(decodeLine(spoiled)).toBeUndefined();
        expect(decodeLine(line.subarray(0, place))).toBeUndefined();
      }),
    );
  });

  it('that is damaged is set aside, and the lines around it are read', () => {
    const piece = Buffer.concat([
      encodeEntry(entry('a')),
      Buffer.from('[3,"00000000",{}]\n'),
      encodeEntry(entry('b')),
      Buffer.from('[17,"0'),
    ]);
    const { entries, damaged, consumed } = decodeLines(piece);
    expect(entries).toEqual([entry('a'), entry('b')]);
    expect(damaged).toEqual(['[3,"00000000",{}]']);
    expect(consumed).toBe(piece.length - 6);
  });
});

describe('a journal', () => {
  it('has an event on the disk when it is accepted, in the order of recording', async () => {
    const journal = openJournal();
    const accepted = [0, 1, 2].map((id) => journal.append(entry(String(id))));
    await accepted[2];
    expect(decodeLines(readFileSync(join(directory, segmentName(session, 1)))).entries).toEqual([entry('0'), entry('1'), entry('2')]);
    await journal.close();
  });

  it('takes events that are recorded the moment others are accepted', async () => {
    const journal = openJournal();
    for (let id = 0; id < 50; id += 1) await journal.append(entry(String(id)));
    await journal.close();
    expect(allIds()).toHaveLength(50);
  });

  it('goes on in a new segment when one is full, and tells how far it is', async () => {
    const positions: JournalPosition[] = [];
    const journal = openJournal({ segmentBytes: 1500, onDurable: (position) => void positions.push(position) });
    for (let id = 0; id < 7; id += 1) await journal.append(entry(String(id)));
    await journal.close();
    expect(positions.map(({ segment }) => segment)).toEqual([1, 1, 2, 2, 3, 3, 4]);
    expect(allIds()).toEqual(['0', '1', '2', '3', '4', '5', '6']);
    expect(allIds(positions[3])).toEqual(['0', '1', '2', '3']);
    removeSegments(directory, session, 3);
    expect(readdirSync(directory).sort()).toEqual([segmentName(session, 3), segmentName(session, 4)]);
  });

  it('leaves out a torn last line, and what a living session has not finished yet', async () => {
    const journal = openJournal();
    await journal.append(entry('whole'));
    await journal.close();
    appendFileSync(join(directory, segmentName(session, 1)), encodeEntry(entry('torn')).subarray(0, 100));
    expect(allIds()).toEqual(['whole']);
  });

  it('reads a line that is longer than a piece', async () => {
    const journal = openJournal({ memoryBytes: 1 << 24 });
    const long: JournalEntry = { at: 1, event: executionEvent(sampleExecution({ executionId: 'long', queryText: 'x'.repeat(3 << 20) })) };
    await Promise.all([journal.append(entry('before')), journal.append(long), journal.append(entry('after'))]);
    await journal.close();
    expect(allIds()).toEqual(['before', 'long', 'after']);
  });

  it('keeps events in memory while the disk refuses them, up to a limit, and writes them when it can', async () => {
    const failures: Error[] = [];
    const away = `${directory}-away`;
    const journal = openJournal({ memoryBytes: 4000, onFailure: (error) => void failures.push(error) });
    renameSync(directory, away);
    const kept = [journal.append(entry('0')), journal.append(entry('1'))];
    await expect.poll(() => failures.length).toBe(1);
    expect(journal.unwritten).toBe(2);
    await Promise.all([
      expect(journal.append(entry('2')).then(() => 'taken')).resolves.toBe('taken'),
      expect(journal.append(entry('3'))).rejects.toMatchObject({ failure: { code: 'disk.error' } }),
      (async () => {
        renameSync(away, directory);
        journal.retry();
        await Promise.all(kept);
      })(),
    ]);
    await journal.close();
    expect(allIds()).toEqual(['0', '1', '2']);
  });

  it('does not lose or double what it had in hand when a segment could not be finished', async () => {
    const failures: Error[] = [];
    const journal = openJournal({ segmentBytes: 1, onFailure: (error) => void failures.push(error) });
    await journal.append(entry('0'));
    // The next segment's name is taken: it cannot be made.
    writeFileSync(join(directory, segmentName(session, 2)), '');
    const second = journal.append(entry('1'));
    await expect.poll(() => failures.length).toBe(1);
    expect(journal.unwritten).toBe(1);
    journal.retry();
    await second;
    await journal.close();
    expect(allIds()).toEqual(['0', '1']);
  });

  it('takes nothing once it is closed', async () => {
    const journal = openJournal();
    await journal.close();
    await expect(journal.append(entry('late'))).rejects.toMatchObject({ failure: { code: 'disk.error' } });
  });
});
