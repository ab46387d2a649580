/** Rules in SQL against their plain reference. `npm run bench -- rules-differential` compares a million histories. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { foldCase } from '../rules/text-pattern.ts';
import { compareWithReference, definiteVerdictsThatChange } from '../testing/rule-differential.ts';
import { Duck } from './duck.ts';
import { sql } from './sql.ts';

describe('rules in SQL', () => {
  it('say of random histories what the reference says, for every rule, with any sources missing or answered in part', async () => {
    const result = await compareWithReference({ seed: 20261120, histories: 300, draws: 108 });
    expect(result.disagreements).toEqual([]);
    expect(result.compared).toBeGreaterThan(20_000);
    expect(result.confirmed).toBeGreaterThan(1_000);
    expect(result.undetermined).toBeGreaterThan(2_000);
  }, 300_000);

  it('say of a few histories what the reference says with every subset of missing sources', async () => {
    const result = await compareWithReference({ seed: 1, histories: 4 });
    expect(result.disagreements).toEqual([]);
  }, 300_000);

  it('never take a definite verdict back when the missing rows are added', async () => {
    const result = await definiteVerdictsThatChange({ seed: 7, histories: 300, draws: 54 });
    expect(result.changed).toEqual([]);
    expect(result.definite).toBeGreaterThan(1_000);
    expect(result.undetermined).toBeGreaterThan(1_000);
  }, 300_000);
});

describe('texts in any case', () => {
  let directory: string;
  let duck: Duck;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'cam-fold-'));
    duck = await Duck.open({ directory, memoryLimitMb: 200, threads: 1, clock: systemClock });
  });
  afterAll(async () => {
    await duck.close();
    await rm(directory, { recursive: true, force: true });
  });

  it('are folded by the reference as by SQL, whatever the character', async () => {
    const characters = Array.from({ length: 0x1_ffff }, (_, code) => code + 1).filter((code) => code < 0xd800 || code > 0xdfff);
    const texts = characters.map((code) => `.${String.fromCodePoint(code)}`);
    const folded = await duck.session(new AbortController().signal, async (session) => {
      const rows = await session.rows(sql`SELECT lower(character) FROM (SELECT unnest(CAST(${texts} AS VARCHAR[])) AS character)`);
      return rows.map(([text]) => String(text));
    });
    // Characters that are too new for the database stay as they are there.
    const different = texts.filter((text, place) => folded[place] !== text && foldCase(text) !== folded[place]);
    expect(different.map((text) => text.codePointAt(1)?.toString(16))).toEqual([]);
  });
});
