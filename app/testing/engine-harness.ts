/** An engine on a linked channel, fed with real spools, for tests of the merge. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { linkedChannels } from '../channel/linked-channels.ts';
import { createRpcClient, type RpcClient } from '../channel/rpc.ts';
import type { AttachInput, AttachOutput, EngineMethods } from '../engine/engine.ts';
import { serveEngine } from '../engine/engine-process.ts';
import type { Column, ColumnKind } from '../model/column.ts';
import { failure } from '../model/failure.ts';
import type { RunPlan } from '../model/plan.ts';
import type { MissingSource } from '../model/run.ts';
import type { Cell, PageRequest, TableRef } from '../model/table.ts';
import { createParquetSpools } from '../spool/parquet-spool.ts';

/** A running engine with a folder of its own. */
export interface EngineHarness {
  readonly rpc: RpcClient<EngineMethods>;
  readonly directory: string;
  /** Opens a run and talks about it. */
  open(plan: RunPlan): Promise<HarnessRun>;
  close(): Promise<void>;
}

/** Rows of one source, by columns. */
export interface SourceRows {
  readonly columns: readonly Column[];
  /** Each list of rows becomes a part of the spool. */
  readonly parts: readonly (readonly (readonly unknown[])[])[];
}

/** Calls about one run, with the defaults that tests want. */
export interface HarnessRun {
  readonly plan: RunPlan;
  attach(source: string, rows: SourceRows, change?: Partial<AttachInput>): Promise<AttachOutput>;
  /** Evaluates with the named sources missing. */
  evaluate(missing?: readonly string[]): Promise<EngineMethods['evaluate']['output']>;
  /** All rows of a table, at most 1,000, as records by column name. */
  table(
    kind: 'confirmed' | 'undetermined' | { readonly source: string },
    change?: Partial<PageRequest>,
  ): Promise<readonly Record<string, Cell>[]>;
  page(request: Partial<PageRequest> & { readonly table: TableRef }): Promise<EngineMethods['page']['output']>;
}

/** Starts an engine. */
export async function startEngineHarness(memoryLimitMb?: number): Promise<EngineHarness> {
  const directory = await mkdtemp(join(tmpdir(), 'cam-engine-'));
  const [near, far] = linkedChannels();
  const stop = await serveEngine(far, { directory: join(directory, 'engine'), ...(memoryLimitMb === undefined ? {} : { memoryLimitMb }) });
  const rpc = createRpcClient<EngineMethods>(near, () => failure('engine.crashed'));
  return {
    rpc,
    directory,
    open: async (plan) => {
      await rpc.call('open', { plan });
      return harnessRun(rpc, plan, directory);
    },
    close: async () => {
      await stop();
      near.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A source without an answer. */
export function missingSource(plan: RunPlan, id: string, change: Partial<MissingSource> = {}): MissingSource {
  const source = plan.sources.find((planned) => planned.id === id);
  return {
    source: id,
    database: source?.database ?? '',
    query: source?.query ?? '',
    changeType: source?.changeType ?? null,
    reason: 'failed',
    message: 'It failed.',
    window: plan.window,
    ...change,
  };
}

/** Events of a source: an id and a time each, with a note as evidence. Times are wall-clock texts. */
export function eventRows(
  events: readonly (readonly [id: unknown, time: unknown, note?: unknown])[],
  kinds: { readonly id?: ColumnKind; readonly time?: ColumnKind } = {},
): SourceRows {
  return {
    columns: [
      { name: 'user_id', kind: kinds.id ?? 'text' },
      { name: 'change_date', kind: kinds.time ?? 'timestamp' },
      { name: 'note', kind: 'text' },
    ],
    parts: events.length === 0 ? [] : [events.map(([id, time, note = null]) => [id, time, note])],
  };
}

/** Writes each part as a spool of its own and gives their files, as if they were the parts of one. */
export async function writeSpool(directory: string, rows: SourceRows): Promise<readonly string[]> {
  const files: string[] = [];
  for (const part of rows.parts) {
    const spool = await createParquetSpools().create(
      await mkdtemp(join(directory, 'spool-')).then((made) => join(made, 'rows')),
      rows.columns,
    );
    await spool.append({ rowCount: part.length, columns: rows.columns.map((_, column) => part.map((row) => row[column] ?? null)) });
    files.push(...(await spool.commit()).files);
  }
  return files;
}

function harnessRun(rpc: RpcClient<EngineMethods>, plan: RunPlan, directory: string): HarnessRun {
  const { runId } = plan;
  const page: HarnessRun['page'] = (request) => rpc.call('page', { runId, request: { offset: 0, limit: 1000, filters: [], ...request } });
  return {
    plan,
    attach: async (source, rows, change) =>
      rpc.call('attach', {
        runId,
        source,
        files: await writeSpool(directory, rows),
        columns: rows.columns,
        ...(rows.columns.length === 0 ? {} : { roles: { user: 'user_id', time: 'change_date' } }),
        zone: 'UTC',
        idNormaliser: 'exact',
        ...change,
      }),
    evaluate: (missing = []) => rpc.call('evaluate', { runId, missing: missing.map((id) => missingSource(plan, id)) }),
    table: async (kind, change) => {
      const table: TableRef = typeof kind === 'string' ? { kind } : { kind: 'source', source: kind.source };
      const { columns, rows } = await page({ table, ...change });
      return rows.map((row) => Object.fromEntries(row.map((cell, place) => [columns[place]?.name ?? '', cell])));
    },
    page,
  };
}
