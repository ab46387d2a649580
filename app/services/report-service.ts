/** What an analyst leaves with: files, a mail draft, a note entry. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { abort, AbortedError } from '../base/abort.ts';
import { Emitter } from '../base/emitter.ts';
import type { CallOptions } from '../channel/rpc.ts';
import type { CheckedInput, MailDraft } from '../contract/methods.ts';
import { CamError, failure } from '../model/failure.ts';
import { instantFromMs } from '../model/instant.ts';
import type { ExportedFile, ExportProgress, ReportMetadata } from '../model/report.ts';
import { formatInZone } from '../model/zoned-time.ts';
import type { ShownTable } from '../model/table.ts';
import type { VerdictComparison } from '../model/verdict-history.ts';
import { mailDraft } from '../report/mail-draft.ts';
import { reportMetadata } from '../report/metadata.ts';
import { noteEntry } from '../report/note-entry.ts';
import type { EngineMethods } from '../engine/engine.ts';
import type { AppPorts } from './app-ports.ts';
import type { ChangeTables } from './change-tables.ts';
import type { ConfigService } from './config-service.ts';
import type { RunReader } from './run-reader.ts';
import type { RunService } from './run-service.ts';

type ExportNotice = EngineMethods['export']['notice'];

/** Exports and texts about a run. */
export class ReportService {
  /** Told of exports that have an id. */
  readonly progress = new Emitter<ExportProgress>();
  readonly #ports: AppPorts;
  readonly #config: ConfigService;
  readonly #runs: RunService;
  readonly #reader: RunReader;
  readonly #exported = new Set<string>();
  readonly #running = new Map<string, AbortController>();

  readonly #comparisonOf: (runId: string) => VerdictComparison | undefined;
  readonly #changes: ChangeTables;

  /** `comparisonOf`: what has changed since the run before, where that is known already. */
  constructor(
    ports: AppPorts,
    config: ConfigService,
    runs: RunService,
    reader: RunReader,
    comparisonOf: (runId: string) => VerdictComparison | undefined,
    changes: ChangeTables,
  ) {
    this.#changes = changes;
    this.#comparisonOf = comparisonOf;
    this.#ports = ports;
    this.#config = config;
    this.#runs = runs;
    this.#reader = reader;
  }

  /** Who, when, from what, and what is missing: the same for every artefact of a run. */
  metadata(runId: string): ReportMetadata {
    const comparison = this.#comparisonOf(runId);
    return {
      ...reportMetadata(this.#runs.get(runId).state, {
        version: this.#ports.version,
        createdAt: instantFromMs(this.#ports.clock.nowMs()),
      }),
      ...(comparison === undefined ? {} : { comparison }),
    };
  }

  /**
   * Writes a table into the report folder, or to `path` where the host gives one itself.
   * @throws CamError `request.invalid` for a name that is more than a name; `export.failed`, `export.cancelled`, `disk.full`
   */
  async export(input: CheckedInput<'report.export'>, path?: string): Promise<ExportedFile> {
    const { runId, table, sort, filters, format, exportId } = input;
    const metadata = this.metadata(runId);
    return await this.cancellable(exportId, async (options) => {
      const target = path ?? (await this.#exportPath(input, metadata));
      const wanted = { runId, ...(sort === undefined ? {} : { sort }), filters, format, path: target, metadata };
      const file =
        table.kind === 'change'
          ? await this.#changes.export(table, wanted, options)
          : await this.#reader.call('export', { ...wanted, table }, options);
      this.#exported.add(file.path);
      return file;
    });
  }

  /** Asks an export to stop; nothing happens where there is none of that id any more. */
  cancelExport(exportId: string): void {
    const controller = this.#running.get(exportId);
    if (controller !== undefined) abort(controller, { kind: 'cancel', by: this.#ports.user });
  }

  /** Says that this program wrote the file. */
  noteExported(path: string): void {
    this.#exported.add(path);
  }

  /** Whether this program wrote the file: only such files are shown in the file manager. */
  hasExported(path: string): boolean {
    return this.#exported.has(path);
  }

  /** A mail about the run; it names what is missing. */
  mailDraft(runId: string): MailDraft {
    return mailDraft(this.metadata(runId), this.#config.current().settings.emailRecipients);
  }

  /** The note entry as text. */
  note(runId: string): { text: string } {
    return { text: noteEntry(this.metadata(runId)) };
  }

  /** Does work that an id can stop and that tells how far it is. @throws CamError `export.cancelled` when it was stopped */
  async cancellable<T>(exportId: string | undefined, work: (options: CallOptions<ExportNotice>) => Promise<T>): Promise<T> {
    if (exportId === undefined) return work({});
    if (this.#running.has(exportId)) throw new CamError(failure('request.invalid', { message: `There is an export ${exportId} already.` }));
    const controller = new AbortController();
    this.#running.set(exportId, controller);
    try {
      return await work({
        signal: controller.signal,
        onNotice: (notice) => {
          this.progress.emit({ exportId, ...notice });
        },
      });
    } catch (error) {
      throw error instanceof AbortedError ? new CamError(failure('export.cancelled')) : error;
    } finally {
      this.#running.delete(exportId);
    }
  }

  #exportPath(input: CheckedInput<'report.export'>, metadata: ReportMetadata): Promise<string> {
    const base = input.fileName === undefined ? defaultName(input.table, metadata) : checkedName(input.fileName, input.format);
    return this.freePath(base, input.format);
  }

  /** A path in the report folder that nothing has yet; the folder is made. @throws CamError `export.failed` */
  async freePath(base: string, extension: string): Promise<string> {
    const folder = this.#config.current().settings.reportOutputDir;
    await mkdir(folder, { recursive: true }).catch((error: unknown) => {
      throw new CamError(failure('export.failed', { message: `The report folder ${folder} cannot be made.`, detail: String(error) }));
    });
    for (let number = 1; ; number += 1) {
      const path = join(folder, `${base}${number === 1 ? '' : ` (${String(number)})`}.${extension}`);
      if (!existsSync(path)) return path;
    }
  }
}

function defaultName(table: ShownTable, metadata: ReportMetadata): string {
  const time = formatInZone(metadata.lastEvent, metadata.zone).slice(0, 16).replace(' ', '_').replace(':', '');
  const what =
    table.kind === 'source'
      ? table.source
      : table.kind === 'near'
        ? `near_${String(table.atLeast)}_in_${String(table.windowHours)}_h`
        : table.kind === 'change'
          ? `${table.change}_clients`
          : table.kind;
  const complete = metadata.missing.length === 0 && metadata.outcome === 'succeeded' ? '' : '_INCOMPLETE';
  return `client-activity_${time}_${what}${complete}`.replace(/[^\w.-]+/g, '-').slice(0, 150);
}

function checkedName(name: string, format: string): string {
  const base = name.endsWith(`.${format}`) ? name.slice(0, -format.length - 1) : name;
  const hasControlCharacter = Array.from(base).some((character) => character < ' ');
  if (base.trim() === '' || /[/\\:*?"<>|]/.test(base) || hasControlCharacter || /^\.+$/.test(base)) {
    throw new CamError(
      failure('request.invalid', {
        message: `“${name}” is not a file name.`,
        action: 'Give a name without folders or special characters.',
      }),
    );
  }
  return base;
}
