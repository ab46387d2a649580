/** Opening a client's evidence over four sources of 250,000 rows: its own rows, and with whom it shares an attribute. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BundleCheck, BundleFacts } from '../../app/model/evidence-bundle.ts';
import type { RunPlan } from '../../app/model/plan.ts';
import { initialRunState } from '../../app/model/run-reducer.ts';
import { newPrivateKey, publicKeyOf } from '../../app/report/bundle/signing.ts';
import { verifyBundle } from '../../app/report/bundle/verify-bundle.ts';
import { reportMetadata } from '../../app/report/metadata.ts';
import { samplePlan } from '../../app/testing/builders.ts';
import { type BenchRow, median } from './bench-row.ts';
import { attach, type Engine, startEngine, writeSource } from './engine-target.ts';
import { inFolder, percentile95, timed } from './measure.ts';

const rowsPerSource = 250_000;
const clients = 40;
const monthMicros = 30n * 86_400_000_000n;

/** Another client each time, so that nothing is answered from memory. */
export function benchEvidence(): Promise<BenchRow[]> {
  return inFolder(measure);
}

async function measure(folder: string): Promise<BenchRow[]> {
  const engine = startEngine(folder);
  try {
    const plan = samplePlan(4);
    const { runId } = plan;
    await engine.rpc.call('open', { plan });
    for (const [place, { id }] of plan.sources.entries()) {
      await attach(engine, runId, id, [await writeSource(join(folder, String(place)), rowsPerSource, place, monthMicros)]);
    }
    const rows: number[] = [];
    const shared: number[] = [];
    for (let turn = 0; turn < clients; turn += 1) {
      const client = String(1_000_000_000_000_000_000n + BigInt(turn * 1237));
      rows.push(await timed(() => engine.rpc.call('clientRows', { runId, client, limit: 1000 })));
      shared.push(await timed(() => engine.rpc.call('sharedAttributes', { runId, client })));
    }
    return [
      await benchBundle(engine, plan, folder),
      row("opening a client's evidence in 1 M rows", rows, 200),
      row('who shares an attribute with a client in 1 M rows', shared, 500),
    ];
  } finally {
    await engine.end();
  }
}

function row(name: string, times: readonly number[], barMs: number): BenchRow {
  const p95 = percentile95(times);
  const note = `p95 of ${String(times.length)} clients, median ${median(times).toFixed(0)} ms, the first ${(times[0] ?? 0).toFixed(0)} ms`;
  return { name: `engine: ${name}`, value: p95, unit: 'ms', bar: `≤ ${String(barMs)}`, holds: p95 <= barMs, note };
}

/** A million rows of four sources with their report, hashed, signed and packed. */
async function benchBundle(engine: Engine, plan: RunPlan, folder: string): Promise<BenchRow> {
  const { runId } = plan;
  await engine.rpc.call('evaluate', { runId, missing: [] });
  const privateKey = newPrivateKey();
  const key = publicKeyOf(privateKey, 'file of the program');
  const metadata = reportMetadata(initialRunState(plan, plan.createdAt), { version: '0', createdAt: plan.createdAt });
  const facts: BundleFacts = {
    ...metadata,
    madeBy: 'bench',
    madeOn: 'here',
    plan: { startDate: plan.startDate, strict: false, notes: [] },
    ruleText: { file: 'rule/rule.yml', sha256: '0'.repeat(64) },
    queries: [],
    changedQueries: [],
    isReopened: false,
    log: { file: 'run.log.jsonl', lines: 0, dropped: 0, isWhole: true },
  };
  const path = join(folder, 'bundle.zip');
  const ms = await timed(() => engine.rpc.call('bundle', { runId, path, facts, texts: [], key, privateKey }));
  let check: BundleCheck | undefined;
  const checkMs = await timed(async () => (check = await verifyBundle({ path, checkedAt: plan.createdAt })));
  if (check?.isIntact !== true) throw new Error('the bundle is not intact');
  const { size } = await stat(path);
  const note = `${String(Math.round(size / 1e6))} MB, ${String(check.manifest?.files.length)} files; checked in ${(checkMs / 1000).toFixed(1)} s`;
  return { name: 'engine: evidence bundle of 1 M rows', value: ms / 1000, unit: 's', bar: '≤ 10', holds: ms <= 10_000, note };
}
