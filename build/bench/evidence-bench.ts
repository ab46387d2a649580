/** Opening a client's evidence over four sources of 250,000 rows: its own rows, and with whom it shares an attribute. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { samplePlan } from '../../app/testing/builders.ts';
import { type BenchRow, median } from './bench-row.ts';
import { attach, startEngine, timed, writeSource } from './engine-bench.ts';

const rowsPerSource = 250_000;
const clients = 40;
const monthMicros = 30n * 86_400_000_000n;

/** Another client each time, so that nothing is answered from memory. */
export async function benchEvidence(): Promise<BenchRow[]> {
  const folder = await mkdtemp(join(tmpdir(), 'cam-evidence-bench-'));
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
      row("opening a client's evidence in 1 M rows", rows, 200),
      row('who shares an attribute with a client in 1 M rows', shared, 500),
    ];
  } finally {
    await engine.end();
    await rm(folder, { recursive: true, force: true });
  }
}

function row(name: string, times: readonly number[], barMs: number): BenchRow {
  const sorted = times.toSorted((a, b) => a - b);
  const p95 = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.NaN;
  const note = `p95 of ${String(times.length)} clients, median ${median(times).toFixed(0)} ms, the first ${(times[0] ?? 0).toFixed(0)} ms`;
  return { name: `engine: ${name}`, value: p95, unit: 'ms', bar: `≤ ${String(barMs)}`, holds: p95 <= barMs, note };
}
