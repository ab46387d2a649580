/** The evidence bundle of a run: its reports, the rows of every source as they were kept and as CSV, and the texts it was made from. */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { WrittenBundle } from '../model/evidence-bundle.ts';
import type { ExportFormat } from '../model/report.ts';
import { type BundleEntry, writeBundle } from '../report/bundle/write-bundle.ts';
import { csvRecord } from '../report/export-csv.ts';
import type { AttachedSource } from './attached-source.ts';
import type { RunBundleInput } from './engine.ts';
import type { EngineRun } from './engine-run.ts';
import { batchesOf, exportTable } from './export-table.ts';

/** What the writing is done with. */
export interface BundleWork {
  /** Folder in which the reports lie until they are in the bundle. */
  readonly directory: string;
  readonly signal: AbortSignal;
  readonly onRows: (rows: number, of: number) => void;
}

const formats: readonly ExportFormat[] = ['xlsx', 'csv', 'json'];
const reports: readonly ('confirmed' | 'undetermined')[] = ['confirmed', 'undetermined'];

/** @throws CamError `export.failed`, `disk.full`; AbortedError. Nothing is left of the file then. */
export async function writeRunBundle(run: EngineRun, input: RunBundleInput, work: BundleWork): Promise<WrittenBundle> {
  const directory = await mkdtemp(join(work.directory, 'bundle-'));
  try {
    const sources = run.attached();
    const files = await writeReports(run, input, directory, work.signal);
    const total = sources.reduce((sum, source) => sum + source.rows, 0);
    let rows = 0;
    const count = (more: number): void => {
      rows += more;
      work.onRows(rows, total);
    };
    const entries = [
      ...files.map((path) => fileEntry(`report/${basename(path)}`, path, path.endsWith('.xlsx'))),
      ...sources.flatMap((source) => sourceEntries(run, source, work.signal, count)),
      ...input.texts.map(({ name, text }): BundleEntry => ({ name, content: () => [text], compress: true })),
    ];
    const { path, facts, key, privateKey } = input;
    return { path, rows: total, fingerprint: key.fingerprint, ...(await writeBundle({ path, entries, facts, key, privateKey })) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function writeReports(run: EngineRun, input: RunBundleInput, directory: string, signal: AbortSignal): Promise<readonly string[]> {
  const paths: string[] = [];
  for (const kind of reports) {
    for (const format of formats) {
      const path = join(directory, `${kind}.${format}`);
      const table = { runId: input.runId, table: { kind }, filters: [], format, path, metadata: input.facts };
      const file = await exportTable(run, table, signal, () => undefined);
      paths.push(file.path, ...(file.metadataPath === undefined ? [] : [file.metadataPath]));
    }
  }
  return paths;
}

function sourceEntries(run: EngineRun, source: AttachedSource, signal: AbortSignal, count: (rows: number) => void): readonly BundleEntry[] {
  const folder = `rows/${String(source.rank + 1).padStart(3, '0')}-${slug(source.input.source)}`;
  const columns = source.input.columns.map(({ name, kind }, place) => ({ inParquet: `c${String(place)}`, name, kind }));
  const about = { source: source.input.source, zone: source.input.zone, rows: source.rows, roles: source.input.roles ?? null, columns };
  return [
    { name: `${folder}/columns.json`, content: () => [`${JSON.stringify(about, null, 2)}\n`], compress: true },
    ...source.input.files.map((path, part) => fileEntry(`${folder}/part-${String(part)}.parquet`, path, true)),
    { name: `${folder}/rows.csv`, content: () => csvOf(run, source, signal, count), compress: true },
  ];
}

async function* csvOf(run: EngineRun, source: AttachedSource, signal: AbortSignal, count: (rows: number) => void): AsyncGenerator<string> {
  yield csvRecord(source.columns.map((column) => column.name));
  for await (const batch of batchesOf(run, source, signal)) {
    yield batch.map(csvRecord).join('');
    count(batch.length);
  }
}

function fileEntry(name: string, path: string, isCompressed: boolean): BundleEntry {
  return { name, content: () => createReadStream(path, { highWaterMark: 1 << 20 }), compress: !isCompressed };
}

/** A name that is legal everywhere. */
function slug(text: string): string {
  return text
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 80);
}
