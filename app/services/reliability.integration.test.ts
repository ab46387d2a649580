import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../model/error-code.ts';
import { errorKinds } from '../model/error-code.ts';
import { sourceOf } from '../model/run-reducer.ts';
import type { Run } from '../run/runner.ts';
import { faultCells, ticketCells } from '../testing/fault-cells.ts';
import { type CellResult, endingOf, type FaultCell } from '../testing/fault-matrix.ts';
import { buildStage, faultyName, faultySource, type Scene, setScene, type Stage, until } from '../testing/fault-scene.ts';
import { faultMatrixTable, type SeenCell, tableOf } from '../testing/fault-table.ts';
import { startKdc, type TestKdc } from '../testing/kdc.ts';
import type { SessionInfo } from '../testing/oracle-wire/session.ts';

/** Within this a cell must have ended, start of all processes included, on a machine that is busy with other things. */
const limitMs = 90_000;
/** Within this the server must have noticed that nobody wants its statement any more. */
const noticeMs = 5_000;

/** Life of the tickets: long enough to start a core, short enough to be waited for. */
const ticketSeconds = 10;

let stage: Stage;
const allSeen: SeenCell[] = [];
/** What a run without faults finds: rows by healthy source, and the confirmed clients. */
let undisturbed: { readonly rows: Readonly<Record<string, number>>; readonly confirmed: readonly string[] };

beforeAll(async () => {
  stage = await buildStage();
  await onScene({ retries: 0 }, async (scene) => {
    const run = await scene.start();
    expect(await run.ended).toBe('succeeded');
    undisturbed = { rows: healthyRows(run), confirmed: await clients(scene, run, 'confirmed') };
  });
  expect(undisturbed.confirmed.length).toBeGreaterThan(0);
});

afterAll(() => stage.close());

async function onScene(options: Parameters<typeof setScene>[1], work: (scene: Scene) => Promise<void>): Promise<void> {
  const scene = await setScene(stage, options);
  try {
    await work(scene);
    expect([...scene.faulty.problems(), ...stage.healthy.problems()]).toEqual([]);
  } finally {
    await scene.close();
  }
}

function healthyRows({ state }: Run): Readonly<Record<string, number>> {
  const healthy = state.plan.sources.filter(({ database }) => database !== faultyName);
  return Object.fromEntries(
    healthy.map(({ id }) => {
      const { outcome, attempt } = sourceOf(state, id);
      expect([id, outcome?.kind, attempt]).toEqual([id, 'completed', 1]);
      return [id, outcome?.kind === 'completed' ? outcome.rows : 0];
    }),
  );
}

async function clients({ test }: Scene, { state }: Run, kind: 'confirmed' | 'undetermined'): Promise<string[]> {
  const request = { table: { kind }, offset: 0, limit: 1000, filters: [] };
  const page = await test.app.handlers['result.page']({ runId: state.plan.runId, request });
  return page.rows.map((row) => row[0] ?? 'NULL');
}

/** Everything that must hold whatever the fault: the others are undisturbed, and what is missing is said everywhere. */
async function expectHonestAnswer(scene: Scene, run: Run): Promise<void> {
  expect(run.state.outcome).toBe('partial');
  expect(healthyRows(run)).toEqual(undisturbed.rows);
  expect(await clients(scene, run, 'confirmed')).toEqual([]);
  expect(await clients(scene, run, 'undetermined')).toEqual(expect.arrayContaining([...undisturbed.confirmed]));
  const { reports } = scene.test.app;
  const { runId } = run.plan;
  const { headline, missing } = reports.metadata(runId);
  const lacking = run.plan.sources.filter(({ database }) => database === faultyName).map(({ id }) => id);
  expect(missing.map(({ source }) => source)).toEqual(lacking);
  for (const text of [headline, reports.note(runId).text, reports.mailDraft(runId).body]) expect(text).toContain(faultySource);
  expect(headline).not.toMatch(/no client|nobody/i);
}

/** Where a further attempt can never help, three are allowed and must not be made; elsewhere none is allowed, so that the cell is one attempt. */
function retriesOf({ expected }: FaultCell): number {
  const code = /^failed: ([^,]+)/.exec(expected.ends)?.[1];
  return code !== undefined && errorKinds[code as ErrorCode].retry === 'never' ? 3 : 0;
}

async function strike({ strike: what, stage: at }: FaultCell, scene: Scene, run: Run): Promise<void> {
  if (what === 'none') return;
  if (what === 'swallow everything' && at === 'logon') {
    swallow(scene);
    return;
  }
  await until(() => hasReached(at, scene, run) || run.state.status === 'ended');
  expect(run.state.status).toBe('running');
  switch (what) {
    case 'cancel':
      scene.test.app.runs.cancel(run.plan.runId, faultyName);
      return;
    case 'kill the worker':
      scene.killWorker();
      return;
    case 'cut with FIN':
    case 'cut with RST':
      scene.faulty.dropSessions(what === 'cut with FIN' ? 'fin' : 'rst');
      return;
    case 'swallow everything':
      swallow(scene);
  }
}

function swallow({ proxy }: Scene): void {
  proxy?.set('up', { blackHole: true });
  proxy?.set('down', { blackHole: true });
}

function hasReached(at: FaultCell['stage'], { faulty }: Scene, run: Run): boolean {
  // A statement that is only being described is running too, but has not been executed.
  const isRunning = faulty.statements().some(({ sql }) => sql.includes('token_changes')) && faulty.sessions().some(isBusy);
  switch (at) {
    case 'before logon':
      return true;
    case 'logon':
      return faulty.sessions().length > 0;
    case 'execute':
      return isRunning;
    case 'fetch':
      return isRunning && sourceOf(run.state, faultySource).rows > 0;
  }
}

function isBusy({ running }: SessionInfo): boolean {
  return running !== null;
}

async function seenOf(cell: FaultCell, scene: Scene, run: Run): Promise<CellResult> {
  const { connections, logons, stillRunning } = cell.expected;
  const end = performance.now() + noticeMs;
  while (scene.runningStatements() !== stillRunning && performance.now() < end && stillRunning !== '–') await sleep(5);
  const counts = scene.faulty.counts();
  return {
    ends: endingOf(sourceOf(run.state, faultySource).outcome, cell.expected.ends),
    connections: connections === '–' ? '–' : counts.connections,
    logons: logons === '–' ? '–' : counts.logons + counts.refusedLogons,
    stillRunning: stillRunning === '–' ? '–' : scene.runningStatements(),
  };
}

async function expectCell(cell: FaultCell, scene: Scene, run: Run): Promise<void> {
  const seen = await seenOf(cell, scene, run);
  allSeen.push({ cell, retries: retriesOf(cell), seen });
  expect(seen).toEqual(cell.expected);
  await expectHonestAnswer(scene, run);
}

describe('a fault of one database', () => {
  for (const cell of faultCells) {
    it(
      `${cell.fault}, ${cell.stage}: ${cell.sentence}`,
      async () => {
        await onScene({ ...cell.options, retries: retriesOf(cell) }, async (scene) => {
          const run = await scene.start();
          await strike(cell, scene, run);
          await run.ended;
          await expectCell(cell, scene, run);
        });
      },
      limitMs,
    );
  }
});

describe('a Kerberos ticket', () => {
  const password = 'correct horse';
  let kdc: TestKdc;

  beforeAll(async () => {
    kdc = await startKdc();
    await kdc.addPrincipal('analyst', `"${password}"`);
  });

  afterAll(() => kdc.stop());

  /** A ticket that is good now and will have expired within seconds. */
  async function shortTicket(): Promise<{ readonly cache: string; readonly hasExpired: () => Promise<void> }> {
    const cache = join(kdc.folder, `cc_${randomBytes(4).toString('hex')}`);
    await kdc.kinit('analyst', password, cache, ['-l', `${String(ticketSeconds)}s`]);
    const endsAtMs = Date.now() + ticketSeconds * 1000;
    return { cache, hasExpired: () => sleep(Math.max(0, endsAtMs + 1500 - Date.now())) };
  }

  async function expectGoodNow({ test }: Scene): Promise<void> {
    const { tickets } = await test.app.handlers['preflight.get']({});
    expect(tickets.map(({ preflight }) => preflight.verdict)).not.toContain('blocked');
  }

  it(
    ticketCells.waiting.sentence,
    async () => {
      const { cache, hasExpired } = await shortTicket();
      await onScene({ ...ticketCells.waiting.options, ticketCache: cache, retries: retriesOf(ticketCells.waiting) }, async (scene) => {
        await expectGoodNow(scene);
        // The databases before it hold the only place until the ticket is over.
        stage.healthy.setFault({ kind: 'delay', stage: 'execute', ms: (ticketSeconds + 2) * 1000, times: 1 });
        const run = await scene.start();
        await hasExpired();
        expect(sourceOf(run.state, faultySource).status).toBe('waiting');
        await run.ended;
        await expectCell(ticketCells.waiting, scene, run);
      });
    },
    limitMs,
  );

  it(
    ticketCells.completing.sentence,
    async () => {
      const { cache, hasExpired } = await shortTicket();
      await onScene(
        { ...ticketCells.completing.options, ticketCache: cache, retries: retriesOf(ticketCells.completing) },
        async (scene) => {
          await expectGoodNow(scene);
          const run = await scene.start();
          await run.ended;
          // The ticket was good enough; there is no client library here that could use it.
          expect(endingOf(sourceOf(run.state, faultySource).outcome)).toBe('failed: db.client-missing');
          await hasExpired();
          expect(await scene.test.app.runs.resume(run.plan.runId)).toEqual([faultySource]);
          await run.ended;
          await expectCell(ticketCells.completing, scene, run);
        },
      );
    },
    limitMs,
  );
});

describe('docs/reliability.md', () => {
  it('holds the table of what these tests have seen', async () => {
    const table = tableOf(allSeen);
    if (process.env.CAM_WRITE_DOCS === '1') await faultMatrixTable.write(table);
    expect(await faultMatrixTable.read()).toBe(table);
  });
});
