import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { NumberedRunEvent, SourceOutcome } from '../model/run.ts';
import { sourceOf } from '../model/run-reducer.ts';
import type { Run } from '../run/runner.ts';
import { docTable, markdownTable } from '../testing/doc-table.ts';
import { lineCells, type LineFault, lineFaults } from '../testing/line-faults.ts';
import { buildLineStage, type LineCell, lineRows, type LineScene, type LineStageSet, setLineScene } from '../testing/line-scene.ts';
import { testLastEvent } from '../testing/test-app.ts';

/** Within this a scene must be over, on a machine that is busy with other things. */
const limitMs = 300_000;

let stage: LineStageSet;
const seen: string[][] = [];

beforeAll(async () => {
  stage = await buildLineStage();
}, limitMs);

afterAll(() => stage.close());

async function onScene(fault: LineFault, work: (scene: LineScene, run: Run) => Promise<void>): Promise<void> {
  const scene = await setLineScene(stage, fault);
  try {
    const { runId } = await scene.test.app.runs.start({ lastEvent: testLastEvent, strict: false });
    await work(scene, scene.test.app.runs.get(runId));
  } finally {
    await scene.close();
  }
}

function endingOf(outcome: SourceOutcome | undefined): string {
  if (outcome === undefined) return 'none';
  return outcome.kind === 'failed' || outcome.kind === 'timeout' ? outcome.failure.code : outcome.kind;
}

/** How often each source was told to have ended. */
function countEnds({ test }: LineScene): ReadonlyMap<string, number> {
  const ends = new Map<string, number>();
  test.app.subscribe((event, payload) => {
    if (event !== 'run.event') return;
    const { event: told } = payload as NumberedRunEvent;
    if (told.kind === 'source-ended') ends.set(told.source, (ends.get(told.source) ?? 0) + 1);
  });
  return ends;
}

/** Rows of a source as the tables have them: all, and how many clients they name. */
async function rowsIn({ test }: LineScene, runId: string, source: string): Promise<number> {
  const ids = new Set<string | null>();
  let rows = 0;
  for (let offset = 0; ; offset += 1000) {
    const request = { table: { kind: 'source', source } as const, offset, limit: 1000, filters: [] };
    const page = await test.app.handlers['result.page']({ runId, request });
    for (const [id] of page.rows) ids.add(id ?? null);
    rows += page.rows.length;
    if (page.rows.length < 1000) break;
  }
  expect([source, ids.size]).toEqual([source, rows]);
  return rows;
}

/** A network that swallows everything tells the server nothing either: there the server knows once the line is back. */
async function nothingIsLeft(cells: readonly LineCell[]): Promise<void> {
  for (const { left } of cells) while ((await left()) > 0) await sleep(50);
}

async function confirmed({ test }: LineScene, runId: string): Promise<number> {
  const request = { table: { kind: 'confirmed' } as const, offset: 0, limit: 1, filters: [] };
  return (await test.app.handlers['result.page']({ runId, request })).total;
}

describe('a line', () => {
  it.each(lineFaults.map((fault) => [fault.sentence, fault] as const))(
    'in all stages and both directions: %s',
    async (_sentence, fault) => {
      await onScene(fault, async (scene, run) => {
        const { runId } = run.plan;
        const ends = countEnds(scene);
        await Promise.race([scene.strike(), run.ended]);
        await run.ended;
        const expected = new Map(scene.cells.map((cell) => [cell.source, fault.ends(cell.stage)]));
        const found = new Map(scene.cells.map(({ source }) => [source, endingOf(sourceOf(run.state, source).outcome)]));
        seen.push(...rowsOfTable(fault, scene, found));
        expect(Object.fromEntries(found)).toEqual(Object.fromEntries(expected));
        // Exactly one end each, and the others are not disturbed.
        expect(run.plan.sources.map(({ id }) => [id, ends.get(id)])).toEqual(run.plan.sources.map(({ id }) => [id, 1]));
        const healthy = run.plan.sources.filter(({ database }) => database.startsWith('healthy_'));
        expect(healthy.map(({ id }) => endingOf(sourceOf(run.state, id).outcome))).toEqual(['completed', 'completed', 'completed']);
        // The verdict names exactly what is missing; what is there is there once.
        const missing = [...expected].filter(([, how]) => how !== 'completed').map(([source]) => source);
        expect(
          scene.test.app.reports
            .metadata(runId)
            .missing.map(({ source }) => source)
            .sort(),
        ).toEqual(missing.sort());
        for (const [source, how] of expected) if (how === 'completed') expect(await rowsIn(scene, runId, source)).toBe(lineRows);
        if (fault.name !== 'timeout') await nothingIsLeft(scene.cells);
        scene.mend();
        await nothingIsLeft(scene.cells);
        if (missing.length === 0) return;
        expect([...(await scene.test.app.runs.resume(runId))].sort()).toEqual(missing);
        expect(await run.ended).toBe('succeeded');
        for (const source of missing) expect(await rowsIn(scene, runId, source)).toBe(lineRows);
        expect(await confirmed(scene, runId)).toBe(lineRows);
      });
    },
    limitMs,
  );

  it('docs/reliability.md holds the table of what these tests have seen', async () => {
    const page = docTable('reliability.md', 'faults of the line');
    const table = markdownTable(['Fault', 'Stage', 'Direction', 'Expected', 'Oracle', 'PostgreSQL'], seen);
    if (process.env.CAM_WRITE_DOCS === '1') await page.write(table);
    expect(await page.read()).toBe(table);
  });
});

function rowsOfTable(fault: LineFault, { cells }: LineScene, found: ReadonlyMap<string, string>): string[][] {
  return lineCells.map(({ stage: at, direction }) => {
    const of = (engine: LineCell['engine']): string => {
      const cell = cells.find((each) => each.engine === engine && each.stage === at && each.direction === direction);
      return found.get(cell?.source ?? '') ?? '';
    };
    return [fault.name, at, direction, fault.ends(at), of('oracle'), of('postgres')];
  });
}
