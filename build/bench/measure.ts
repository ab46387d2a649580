/** What the benches measure with. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Does the work over a folder of its own, which is removed afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'cam-bench-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** How long the work took, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

/** The value that 95 of 100 do not exceed; NaN without values. */
export function percentile95(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? Number.NaN;
}

/** The most memory that a process ever had, in MiB; only Linux tells that of another process. */
export function peakMemoryMiB(pid: number | undefined): number | undefined {
  if (process.platform !== 'linux' || pid === undefined) return undefined;
  const peak = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${String(pid)}/status`, 'utf8'));
  return Number(peak?.[1] ?? Number.NaN) / 1024;
}

/** Something that is asked again and again. */
export interface Question {
  readonly name: string;
  readonly ask: () => Promise<unknown>;
}

/** Asks all questions in turn, so many times: the 95th percentile in milliseconds, and how that was come by. */
export async function askInTurn(questions: readonly Question[], rounds: number): Promise<{ readonly p95: number; readonly note: string }> {
  const times: { readonly name: string; readonly ms: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, ask } of questions) times.push({ name, ms: await timed(ask) });
  }
  const slowest = times.reduce((most, each) => (each.ms > most.ms ? each : most), { name: '', ms: 0 });
  return {
    p95: percentile95(times.map(({ ms }) => ms)),
    note: `${times.length} questions of ${questions.length} kinds; slowest ${Math.round(slowest.ms)} ms: ${slowest.name}`,
  };
}
