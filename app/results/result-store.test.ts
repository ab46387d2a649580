import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { initialRunState } from '../model/run-reducer.ts';
import { samplePlan } from '../testing/builders.ts';
import { digestOf } from './file-digest.ts';
import { ResultStore, type ResultToKeep } from './result-store.ts';

const runId = '20261120-140000-abcdef';
let folder: string;
let alive: Set<number>;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cam-results-'));
  alive = new Set([1, 2]);
  mkdirSync(join(folder, 'spool'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const store = (processId = 1) => new ResultStore({ directory: join(folder, 'results'), processId, isAlive: (id) => alive.has(id) });

function result(text: string, change: Partial<ResultToKeep['summary']> = {}): ResultToKeep {
  const plan = { ...samplePlan(2), runId: change.runId ?? runId };
  const source = plan.sources[0]?.id ?? '';
  const file = join(folder, 'spool', 'part.parquet');
  writeFileSync(file, text);
  const state = { ...initialRunState(plan, '2026-11-20T14:00:00.000000Z'), status: 'ended' as const };
  return {
    summary: {
      runId,
      keptAt: '2026-11-20T14:01:00.000000Z',
      user: 'X123456',
      startedAt: '2026-11-20T14:00:00.000000Z',
      lastEvent: plan.lastEvent,
      outcome: 'partial',
      expectedSources: 2,
      answeredSources: 1,
      ...change,
    },
    content: { state, seq: 9, open: { plan }, asked: {}, recorded: { resumes: 0, rounds: {} } },
    attached: [{ runId: plan.runId, source, files: [file], columns: [], zone: 'UTC', idNormaliser: 'exact' }],
  };
}

const directory = () => join(folder, 'results', runId);
const kept = () => join(directory(), readdirSync(directory()).find((name) => name.endsWith('.parquet')) ?? '');

describe('a kept result', () => {
  it('is opened with its files although the spools are gone, readable for its owner alone', async () => {
    await store().keep(result('rows'));
    rmSync(join(folder, 'spool'), { recursive: true });
    const { attached, content, summary } = await store().open(runId);
    expect(attached.map(({ files }) => files.map((file) => readFileSync(file, 'utf8')))).toEqual([['rows']]);
    expect(content.seq).toBe(9);
    expect(summary).toMatchObject({ runId, bytes: 4, answeredSources: 1 });
    expect([statSync(directory()).mode & 0o777, statSync(kept()).mode & 0o777]).toEqual([0o700, 0o600]);
  });

  it('is replaced as a whole when the run has gone on', async () => {
    await store().keep(result('rows'));
    await store().keep(result('more rows'));
    expect(readdirSync(directory()).filter((name) => name.endsWith('.parquet'))).toHaveLength(1);
    expect(readFileSync((await store().open(runId)).attached[0]?.files[0] ?? '', 'utf8')).toBe('more rows');
  });

  it.each([
    ['a file that is gone', () => rmSync(kept())],
    ['a file that was cut', () => writeFileSync(kept(), 'row')],
    ['a file with another byte', () => writeFileSync(kept(), 'rowz')],
    ['a manifest with another byte', () => replaceIn(join(directory(), 'result.jsonl'), '"seq":9', '"seq":8')],
    ['a manifest that was cut', () => writeFileSync(join(directory(), 'result.jsonl'), '{"format":1')],
  ])('is refused because of %s, and says so', async (_what, harm) => {
    await store().keep(result('rows'));
    harm();
    await expect(store().open(runId)).rejects.toMatchObject({ failure: { code: 'result.damaged' } });
    expect(readdirSync(directory()).filter((name) => name.startsWith('open-'))).toEqual([]);
  });

  it('names no file outside of its folder, whatever the manifest says', async () => {
    await store().keep(result('rows'));
    writeFileSync(join(folder, 'secret.parquet'), 'rows');
    const name = kept().slice(directory().length + 1);
    const [, body = ''] = readFileSync(join(directory(), 'result.jsonl'), 'utf8').split('\n');
    const { createHash } = await import('node:crypto');
    const changed = body.replace(name, '../../secret.parquet');
    const [head = ''] = readFileSync(join(directory(), 'result.jsonl'), 'utf8').split('\n');
    const digest = createHash('sha256').update(changed).digest('hex');
    writeFileSync(join(directory(), 'result.jsonl'), `${head.replace(/"digest":"\w+"/, `"digest":"${digest}"`)}\n${changed}\n`);
    await expect(store().open(runId)).rejects.toThrow('result.jsonl is of another form');
  });

  it.each(['../results', '20261120-140000-abcde/', '..', ''])('is not looked for under a name such as “%s”', async (name) => {
    await expect(store().open(name)).rejects.toMatchObject({ failure: { code: 'not.found' } });
    expect(await store().remove(name)).toBe(false);
  });

  it('is not removed while a program that lives has it open', async () => {
    await store().keep(result('rows'));
    await store(1).open(runId);
    expect(await store(2).remove(runId)).toBe(false);
    expect(await store(2).isOpenElsewhere(runId)).toBe(true);
    alive.delete(1);
    expect(await store(2).isOpenElsewhere(runId)).toBe(false);
    expect(await store(2).remove(runId)).toBe(true);
    await expect(store(2).open(runId)).rejects.toMatchObject({ failure: { code: 'not.found' } });
  });

  it('stands in a list with the newest run first; what was left unfinished does not, and goes after a day', async () => {
    const later = '20261121-140000-abcdef';
    await store().keep(result('rows'));
    await store().keep(result('rows', { runId: later, startedAt: '2026-11-21T14:00:00.000000Z' }));
    const unfinished = join(folder, 'results', '20261119-140000-abcdef');
    mkdirSync(unfinished);
    expect((await store().list()).map((found) => found.runId)).toEqual([later, runId]);
    await store().tidy(Date.now());
    expect(existsSync(unfinished)).toBe(true);
    utimesSync(unfinished, 0, 0);
    await store().tidy(Date.now());
    expect(existsSync(unfinished)).toBe(false);
  });
});

describe('the digest of a file', () => {
  it('differs with every byte and with the length, also beyond one piece', async () => {
    const file = join(folder, 'large');
    writeFileSync(file, Buffer.alloc(8 << 20, 7));
    const one = await digestOf(file);
    appendFileSync(file, Buffer.alloc(1, 7));
    const longer = await digestOf(file);
    appendFileSync(file, Buffer.alloc(1, 8));
    expect(one.bytes).toBe(8 << 20);
    expect(new Set([one.digest, longer.digest, (await digestOf(file)).digest]).size).toBe(3);
    writeFileSync(file, '');
    expect(await digestOf(file)).toMatchObject({ bytes: 0 });
  });
});

function replaceIn(file: string, from: string, to: string): void {
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
}
