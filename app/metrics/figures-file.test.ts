import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger, type LogEntry, silentLogger } from '../base/logger.ts';
import { type Figures, noDatabaseFigures, noEndpointFigures, noFigures } from '../model/figures.ts';
import { FiguresFile } from './figures-file.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cam-figures-'));
});
afterEach(() => rm(directory, { recursive: true }));

const ended = (outcome: keyof Figures['runs'], rows = 0): Figures => ({
  ...noFigures,
  runs: { ...noFigures.runs, [outcome]: 1 },
  databases: {
    one: { ...noDatabaseFigures, rows, longestWaitMs: rows, endpoints: { a: { ...noEndpointFigures, attempts: 1, longestMs: rows } } },
  },
});

describe('the figures of a data folder', () => {
  it('are those of all processes, from the first on', async () => {
    const one = new FiguresFile(directory, silentLogger);
    const other = new FiguresFile(directory, silentLogger);
    one.append('2026-11-20T14:00:00.000000Z', ended('succeeded', 5));
    other.append('2026-10-02T09:00:00.000000Z', ended('partial', 7));
    await other.flush();
    const { since, figures } = await one.read();
    expect(since).toBe('2026-10-02T09:00:00.000000Z');
    expect(figures.runs).toEqual({ succeeded: 1, partial: 1, failed: 0, cancelled: 0 });
    expect(figures.databases.one).toMatchObject({ rows: 12, longestWaitMs: 7, endpoints: { a: { attempts: 2, longestMs: 7 } } });
  });

  it('are nothing before the first run, and after a reset', async () => {
    const file = new FiguresFile(directory, silentLogger);
    expect(await file.read()).toEqual({ figures: noFigures });
    file.append('2026-11-20T14:00:00.000000Z', ended('failed'));
    await file.reset();
    expect(await file.read()).toEqual({ figures: noFigures });
  });

  it('stand although a line was cut off or is not of this program', async () => {
    const file = new FiguresFile(directory, silentLogger);
    file.append('2026-11-20T14:00:00.000000Z', ended('succeeded', 5));
    await file.flush();
    await appendFile(
      join(directory, '2026-11.jsonl'),
      '{"at":"2026-11-20T14:00:00.0000\n{"at":"2026-11-20T15:00:00.000000Z","figures":{}}\n',
    );
    await writeFile(join(directory, 'notes.txt'), 'not ours');
    file.append('2026-11-20T16:00:00.000000Z', ended('succeeded', 6));
    expect((await file.read()).figures.databases.one?.rows).toBe(11);
    await file.reset();
    expect(await readdir(directory)).toEqual(['notes.txt']);
  });

  it('are kept for a year', async () => {
    const file = new FiguresFile(directory, silentLogger);
    for (let month = 1; month <= 12; month += 1) {
      file.append(`2025-${String(month).padStart(2, '0')}-03T00:00:00.000000Z`, ended('succeeded'));
    }
    file.append('2026-01-03T00:00:00.000000Z', ended('succeeded'));
    await file.flush();
    expect((await readdir(directory)).sort()[0]).toBe('2025-02.jsonl');
    expect((await file.read()).figures.runs.succeeded).toBe(12);
  });

  it('that cannot be kept are told in the log, and the run is not disturbed', async () => {
    const lines: LogEntry[] = [];
    await writeFile(join(directory, 'taken'), '');
    const logger = createLogger(
      (entry) => lines.push(entry),
      () => 0,
    );
    const file = new FiguresFile(join(directory, 'taken'), logger);
    file.append('2026-11-20T14:00:00.000000Z', ended('succeeded'));
    await file.flush();
    expect(lines.map(({ message }) => message)).toEqual(['the figures of a run could not be kept']);
  });
});
