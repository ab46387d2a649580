/** Rules in the engine's own process: the default rule, the slider of near misses, a hunt through ten million events. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Column } from '../../app/model/column.ts';
import { addHours, microsOfInstant } from '../../app/model/instant.ts';
import type { RunPlan } from '../../app/model/plan.ts';
import { createParquetSpools } from '../../app/spool/parquet-spool.ts';
import { samplePlan } from '../../app/testing/builders.ts';
import { type BenchRow, median } from './bench-row.ts';
import { type Engine, startEngine } from './engine-target.ts';
import { inFolder, peakMemoryMiB, timed } from './measure.ts';

const rounds = 5;
const batch = 50_000;
const hourMicros = 3_600_000_000n;
const columns: readonly Column[] = [
  { name: 'user_id', kind: 'text' },
  { name: 'change_date', kind: 'timestamp', encoding: 'micros' },
  { name: 'changed_by', kind: 'text' },
];

/** All figures of this part. */
export function benchRules(): Promise<BenchRow[]> {
  return inFolder(async (folder) => [...(await benchMillion(folder)), ...(await benchHunt(folder))]);
}

/** A million events of 100,000 clients, all in the window: the most that the rule can have to do. */
async function benchMillion(folder: string): Promise<BenchRow[]> {
  const plan = samplePlan(4);
  const engine = startEngine(folder);
  try {
    const { runId } = plan;
    await attachAll(engine, plan, folder, { rows: 250_000, clients: 100_000, hours: 24n });
    const evaluate = (): Promise<unknown> => engine.rpc.call('evaluate', { runId, missing: [] });
    const before = cpuSeconds(engine.pid);
    const merges = await repeated(evaluate);
    const between = cpuSeconds(engine.pid);
    let hours = 0;
    const slides = await repeated(() => engine.rpc.call('nearMisses', { runId, atLeast: 3, windowHours: 12 + 12 * hours++ }));
    const after = cpuSeconds(engine.pid);
    const request = { table: { kind: 'confirmed' } as const, offset: 0, limit: 200, filters: [] };
    const pages = await repeated(async () => {
      await evaluate();
      await engine.rpc.call('page', { runId, request });
    });
    const cpu = (seconds: number): string => `${String(Math.round((seconds * 1000) / (rounds + 1)))} ms of processor time each`;
    const [merged, slid] = [cpu(between - before), cpu(after - between)];
    return [
      row(
        'rules: the default rule over 1 M events, evaluated',
        median(merges),
        'ms',
        150,
        `median of ${String(rounds)}; ${merged}; ${String(Math.round(median(pages)))} ms with the first page and its evidence`,
      ),
      row(
        'rules: near misses of 1 M events, another window each time',
        median(slides),
        'ms',
        1_000,
        `median of ${String(rounds)}, 12 h to 72 h; ${slid}`,
      ),
    ];
  } finally {
    await engine.end();
  }
}

/** Ten million events of a million clients over 90 days, every window of 24 hours. */
async function benchHunt(folder: string): Promise<BenchRow[]> {
  const base = samplePlan(4);
  const range = { from: addHours(base.lastEvent, -90 * 24), to: base.lastEvent };
  const plan: RunPlan = { ...base, runId: 'hunt', window: range, range };
  const engine = startEngine(folder);
  try {
    const attachMs = await timed(() => attachAll(engine, plan, folder, { rows: 2_500_000, clients: 1_000_000, hours: 90n * 24n }));
    const before = cpuSeconds(engine.pid);
    const ms = await timed(() => engine.rpc.call('evaluate', { runId: plan.runId, missing: [] }));
    const used = cpuSeconds(engine.pid) - before;
    const { matching } = await engine.rpc.call('page', {
      runId: plan.runId,
      request: { table: { kind: 'confirmed' }, offset: 0, limit: 100, filters: [] },
    });
    const memory = peakMemoryMiB(engine.pid);
    const found = `${used.toFixed(1)} s of processor time; ${matching.toLocaleString('en')} windows; spools written and attached in ${(attachMs / 1000).toFixed(1)} s`;
    return [
      row('rules: sliding hunt over 10 M events of 1 M clients', ms / 1000, 's', 10, found),
      ...(memory === undefined ? [] : [row('rules: memory of the engine in that hunt', memory, 'MiB', 2_048, 'peak of its process')]),
    ];
  } finally {
    await engine.end();
  }
}

/** What a process has used of all processors together: says more than the clock where others work on them too. Linux only, else NaN. */
function cpuSeconds(pid: number | undefined): number {
  if (process.platform !== 'linux' || pid === undefined) return Number.NaN;
  const fields = readFileSync(`/proc/${String(pid)}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

function row(name: string, value: number, unit: string, most: number, note: string): BenchRow {
  return { name, value, unit, bar: `≤ ${most.toLocaleString('en')}`, holds: value <= most, note };
}

async function repeated(work: () => Promise<unknown>): Promise<readonly number[]> {
  const times: number[] = [];
  // The first round warms up.
  for (let round = 0; round <= rounds; round += 1) times.push(await timed(work));
  return times.slice(1);
}

interface Size {
  /** Of each source. */
  readonly rows: number;
  readonly clients: number;
  /** How far back events lie. */
  readonly hours: bigint;
}

async function attachAll(engine: Engine, plan: RunPlan, folder: string, size: Size): Promise<void> {
  await engine.rpc.call('open', { plan });
  for (const [place, { id }] of plan.sources.entries()) {
    const file = await writeSource(join(folder, `${plan.runId}-${String(place)}`), plan, place, size);
    const roles = { user: 'user_id', time: 'change_date' };
    await engine.rpc.call('attach', { runId: plan.runId, source: id, files: [file], columns, roles, zone: 'UTC', idNormaliser: 'exact' });
  }
}

async function writeSource(path: string, plan: RunPlan, place: number, { rows, clients, hours }: Size): Promise<string> {
  const spool = await createParquetSpools().create(path, columns);
  const to = microsOfInstant(plan.window.to);
  let state = place + 1;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * below);
  };
  const span = Number(hours * hourMicros);
  for (let from = 0; from < rows; from += batch) {
    const ids: string[] = [];
    const times: bigint[] = [];
    for (let at = 0; at < batch; at += 1) {
      ids.push(String(10_000_000 + next(clients)));
      times.push(to - BigInt(next(span)));
    }
    await spool.append({ rowCount: batch, columns: [ids, times, ids.map(() => 'svc_batch')] });
  }
  const [file] = (await spool.commit()).files;
  if (file === undefined) throw new Error('the spool has no file');
  return file;
}
