/** Tables of a run by what has become of clients since the run before. */
import type { CallOptions } from '../channel/rpc.ts';
import { CamError, failure } from '../model/failure.ts';
import { groupId } from '../model/group-id.ts';
import { msOfInstant } from '../model/instant.ts';
import type { RunPlan } from '../model/plan.ts';
import { coverageOf } from '../model/run-reducer.ts';
import type { ExportedFile } from '../model/report.ts';
import type { ChangeTable, ClientSet, Page, PageRequest, ShownPageRequest, TableRef } from '../model/table.ts';
import type { VerdictChanges } from '../model/verdict-history.ts';
import { onlySentence } from '../report/changes.ts';
import { exportReport } from '../report/export-report.ts';
import type { EngineMethods, ExportInput } from '../engine/engine.ts';
import { arrangeRows, departedColumns, departedRow, type DepartedRow, type NowFound } from './departed-clients.ts';
import type { RunReader } from './run-reader.ts';
import type { RunService } from './run-service.ts';
import type { VerdictService } from './verdict-service.ts';

const pageRows = 1000;
const hourMs = 3_600_000;
const mostHours = 24 * 366;

/** What an export is asked for, besides the table. */
export type ChangeExport = Omit<ExportInput, 'table' | 'clients' | 'only'>;

/** Answers for the tables `change`. */
export class ChangeTables {
  readonly #runs: RunService;
  readonly #reader: RunReader;
  readonly #verdicts: VerdictService;
  /** The departed clients that were asked for last. */
  #departed: { readonly key: string; readonly rows: Promise<readonly DepartedRow[]> } | undefined;

  constructor(runs: RunService, reader: RunReader, verdicts: VerdictService) {
    this.#runs = runs;
    this.#reader = reader;
    this.#verdicts = verdicts;
  }

  /** A page. @throws CamError `request.invalid` where no earlier run is known; `history.unavailable` */
  async page(runId: string, { table, ...request }: ShownPageRequest & { readonly table: ChangeTable }): Promise<Page> {
    const changes = await this.#changes(runId);
    const clients = clientsOf(table, changes, this.#fieldsOf(runId));
    if (clients !== null) return this.#reader.call('page', { runId, request: { ...request, table: confirmed, clients } });
    const { offset, limit } = request;
    const all = await this.#departedOf(runId, table, changes);
    const rows = arrangeRows(all, request);
    return { columns: departedColumns, rows: rows.slice(offset, offset + limit), offset, matching: rows.length, total: all.length };
  }

  /** Writes the table; the file says whom it lists. @throws CamError as a page, and as every export */
  async export(table: ChangeTable, input: ChangeExport, options: CallOptions<EngineMethods['export']['notice']>): Promise<ExportedFile> {
    const { runId, metadata, format, path } = input;
    const changes = await this.#changes(runId);
    const only = onlySentence(table.change, changes, metadata.zone);
    const clients = clientsOf(table, changes, this.#fieldsOf(runId));
    if (clients !== null) return this.#reader.call('export', { ...input, table: confirmed, clients, only }, options);
    const rows = arrangeRows(await this.#departedOf(runId, table, changes), input);
    const { sort, filters } = input;
    return exportReport(format, {
      path,
      table: {
        name: table.change,
        columns: departedColumns,
        rows: rows.length,
        batches: inBatches(rows, options.signal),
        sort,
        filters,
        only,
      },
      metadata,
      onRows: (written) => options.onNotice?.({ rows: written, of: rows.length }),
    });
  }

  #fieldsOf(runId: string): number {
    return this.#runs.get(runId).plan.rule.groupBy.length;
  }

  async #changes(runId: string): Promise<VerdictChanges> {
    this.#reader.refuseBrokenOff(runId);
    const comparison = await this.#verdicts.allChanges(runId);
    if (comparison.kind === 'compared') return comparison.changes;
    const message =
      comparison.kind === 'too-many' ? 'There are too many clients to compare them.' : 'No earlier run is known to compare this one with.';
    throw new CamError(failure('request.invalid', { message, action: 'Show the whole table instead.' }));
  }

  #departedOf(runId: string, { change }: ChangeTable, changes: VerdictChanges): Promise<readonly DepartedRow[]> {
    const key = JSON.stringify([runId, change, changes.run.endedAt, changes.previous.runId]);
    if (this.#departed?.key !== key) this.#departed = { key, rows: this.#describe(runId, changes, change === 'gone') };
    const { rows } = this.#departed;
    rows.catch(() => {
      if (this.#departed?.rows === rows) this.#departed = undefined;
    });
    return rows;
  }

  /** What is found of each now: how far it is from the rule, and whether it is undetermined. */
  async #describe(runId: string, changes: VerdictChanges, isGone: boolean): Promise<readonly DepartedRow[]> {
    const { state } = this.#runs.get(runId);
    const ids = changes.clients[isGone ? 'gone' : 'unknown'];
    const clients = { ids, isIn: true, fields: this.#fieldsOf(runId) };
    const { plan } = state;
    const near = plan.rule.changes === undefined || plan.range !== undefined ? null : nearOf(plan, changes);
    const found = isGone && near !== null ? await this.#rows(runId, near, clients) : new Map<string, NowFound>();
    const undetermined = isGone ? new Map<string, NowFound>() : await this.#rows(runId, { kind: 'undetermined' }, clients);
    const { missing } = coverageOf(state);
    return ids.map((id) =>
      departedRow(id, {
        changes,
        plan,
        missing,
        found: found.get(id),
        isCounted: near !== null,
        isUndetermined: undetermined.has(id),
        isGone,
      }),
    );
  }

  /** The rows of these clients in a table, by client. */
  async #rows(runId: string, table: TableRef, clients: ClientSet): Promise<ReadonlyMap<string, NowFound>> {
    const found = new Map<string, NowFound>();
    for (let offset = 0; ; offset += pageRows) {
      const request: PageRequest = { table, offset, limit: pageRows, filters: [], clients };
      const page = await this.#reader.call('page', { runId, request });
      const at = (name: string): number => page.columns.findIndex((column) => column.name === name);
      const [lacking, tooWide] = [at('lacking_changes'), at('too_wide_by_hours')];
      for (const row of page.rows)
        found.set(groupId(row.slice(0, clients.fields).map((cell) => cell ?? '')), {
          lacking: row[lacking] ?? '',
          tooWideByHours: row[tooWide] ?? null,
        });
      if (offset + page.rows.length >= page.matching || page.rows.length === 0) return found;
    }
  }
}

const confirmed: TableRef = { kind: 'confirmed' };

/**
 * Which rows of the confirmed ones are meant; `null` for clients that are not among them. Those that are new and those that are not
 * are all there are, so that the shorter list is enough.
 */
function clientsOf({ change }: ChangeTable, { clients, counts }: VerdictChanges, fields: number): ClientSet | null {
  if (change !== 'new' && change !== 'still') return null;
  const other = change === 'new' ? 'still' : 'new';
  const isIn = counts[change] <= counts[other];
  return { ids: clients[isIn ? change : other], isIn, fields };
}

/** Whoever has at least one kind of change in the window of this run or of the one before. */
function nearOf({ windowHours, window }: RunPlan, { previous }: VerdictChanges): TableRef {
  const earlier = (msOfInstant(window.to) - msOfInstant(previous.lastEvent)) / hourMs;
  return { kind: 'near', atLeast: 1, windowHours: Math.min(mostHours, windowHours + Math.max(0, earlier)) };
}

async function* inBatches(rows: readonly DepartedRow[], signal: AbortSignal | undefined): AsyncGenerator<readonly DepartedRow[]> {
  for (let from = 0; from < rows.length; from += pageRows) {
    signal?.throwIfAborted();
    yield await Promise.resolve(rows.slice(from, from + pageRows));
  }
}
