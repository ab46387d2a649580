/**
 * `npm run bench`: every figure the program promises, measured side by side in one run. Prints the machine and a table, or with `--json`
 * both as JSON. `npm run bench -- engine worker` measures only these parts. Exit code 1: a bar was missed, or a part could not be measured.
 *
 * The figures of a part are told on standard error as soon as it is done, so that a run that is broken off has not been for nothing; a part
 * that cannot be measured does not keep the others from it.
 */
import { parseArgs } from 'node:util';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { errorText } from '../../app/base/error-text.ts';
import type { BenchRow } from './bench-row.ts';
import { HistoryOfAYear } from './history-of-a-year.ts';

const year = new HistoryOfAYear();

const parts: Readonly<Record<string, () => Promise<readonly BenchRow[]>>> = {
  engine: async () => (await import('./engine-bench.ts')).benchEngine(),
  rules: async () => (await import('./rules-bench.ts')).benchRules(),
  'rules-differential': async () => (await import('./rules-differential-bench.ts')).benchRulesDifferential(),
  evidence: async () => (await import('./evidence-bench.ts')).benchEvidence(),
  worker: async () => (await import('./worker-bench.ts')).benchWorker(),
  policies: async () => (await import('./policy-bench.ts')).benchPolicies(),
  plan: async () => (await import('./plan-bench.ts')).benchPlan(),
  oracle: async () => (await import('./oracle-bench.ts')).benchOracle(),
  run: async () => (await import('./run-bench.ts')).benchRun(),
  fanout: async () => (await import('./fanout-bench.ts')).benchFanout(),
  history: async () => (await import('./history-bench.ts')).benchHistory(year),
  'history-run': async () => (await import('./history-run-bench.ts')).benchHistoryBesideRun(),
  rest: async () => (await import('./rest-bench.ts')).benchRest(year),
  'history-page': async () => (await import('./history-page-bench.ts')).benchHistoryPage(year),
  page: async () => (await import('./page-bench.ts')).benchPage(),
  hosts: async () => (await import('./host-bench.ts')).benchHosts(),
};

const { values, positionals } = parseArgs({ options: { json: { type: 'boolean', default: false } }, allowPositionals: true });
const unknown = positionals.filter((name) => !Object.hasOwn(parts, name));
if (unknown.length > 0) {
  process.stderr.write(`There is no part ${unknown.join(', ')}; there are: ${Object.keys(parts).join(', ')}.\n`);
  process.exit(1);
}

const results: (BenchRow & { readonly part: string })[] = [];
const failed: string[] = [];
try {
  for (const [part, measure] of Object.entries(parts)) {
    if (positionals.length === 0 || positionals.includes(part)) await measurePart(part, measure);
  }
} finally {
  await year.dispose();
}

const machine = {
  node: process.version,
  system: `${platform()} ${release()} ${arch()}`,
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
};
if (values.json) {
  process.stdout.write(`${JSON.stringify({ ...machine, results, failed }, null, 2)}\n`);
} else {
  const { node, system, cpu, cores, memoryGiB } = machine;
  process.stdout.write(`Node ${node} on ${system}: ${String(cores)} × ${cpu}, ${String(memoryGiB)} GiB\n\n`);
  const table = [['', 'figure', 'measured', 'bar', 'how'], ...results.map(cellsOf)];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((line) => (line[column] ?? '').length)));
  for (const line of table)
    process.stdout.write(
      `${line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
  for (const part of failed) process.stdout.write(`${part} could not be measured\n`);
}
process.exitCode = failed.length === 0 && results.every((row) => row.holds) ? 0 : 1;

async function measurePart(part: string, measure: () => Promise<readonly BenchRow[]>): Promise<void> {
  process.stderr.write(`measuring ${part}…\n`);
  try {
    for (const row of await measure()) {
      results.push({ part, ...row });
      process.stderr.write(`${cellsOf(row).join('  ').trimEnd()}\n`);
    }
  } catch (error) {
    failed.push(part);
    process.stderr.write(`${part} could not be measured: ${errorText(error)}\n`);
  }
}

function cellsOf(row: BenchRow): readonly string[] {
  return [row.holds ? 'ok' : 'MISSED', row.name, `${rounded(row.value)} ${row.unit}`, row.bar, row.note ?? ''];
}

function rounded(value: number): string {
  return Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}
