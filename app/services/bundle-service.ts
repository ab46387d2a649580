/** Evidence bundles: everything about a run in one signed file, written in the engine's process. */
import { createHash } from 'node:crypto';
import { redactFields } from '../base/logger.ts';
import type { Configuration } from '../model/database.ts';
import type { BundleFacts, BundleQuery, WrittenBundle } from '../model/evidence-bundle.ts';
import { CamError, failure } from '../model/failure.ts';
import type { RunLog } from '../model/run-log.ts';
import type { ReportMetadata } from '../model/report.ts';
import type { RunPlan } from '../model/plan.ts';
import type { RunState } from '../model/run.ts';
import { noteEntry } from '../report/note-entry.ts';
import type { Run } from '../run/runner.ts';
import type { AppPorts } from './app-ports.ts';
import type { ReportService } from './report-service.ts';
import type { RunLogs } from './run-logs.ts';
import type { RunReader } from './run-reader.ts';
import type { RunService } from './run-service.ts';
import type { SigningKeys } from './signing-keys.ts';

/** What the service is made of. */
export interface BundleParts {
  readonly ports: Pick<AppPorts, 'user' | 'machineName'>;
  readonly runs: RunService;
  readonly reports: ReportService;
  readonly reader: RunReader;
  readonly runLogs: RunLogs;
  readonly keys: SigningKeys;
}

interface Text {
  readonly name: string;
  readonly text: string;
}

/** Writes bundles of kept runs. */
export class BundleService {
  readonly #parts: BundleParts;

  constructor(parts: BundleParts) {
    this.#parts = parts;
  }

  /**
   * Writes the bundle of a run that has ended into the report folder, or to `path` where the host gives one itself.
   * @throws CamError `request.invalid` while the run goes on; `not.found`, `export.failed`, `export.cancelled`, `disk.full`
   */
  async write(
    { runId, exportId }: { readonly runId: string; readonly exportId?: string | undefined },
    path?: string,
  ): Promise<WrittenBundle> {
    const { runs, reports, reader, keys } = this.#parts;
    const run = runs.get(runId);
    if (run.state.status !== 'ended') {
      throw new CamError(
        failure('request.invalid', {
          message: 'The run has not ended yet.',
          action: 'Wait for its end, or cancel it, then make the bundle.',
        }),
      );
    }
    const metadata = reports.metadata(runId);
    const changedQueries = runs.changedSources(runId) ?? [];
    const { queries, texts: sqlTexts } = queriesOf(run, new Set(changedQueries));
    const isReopened = runs.changedSources(runId) !== undefined;
    const log = this.#parts.runLogs.of(runId);
    const facts = { ...this.#facts(run.plan, metadata), queries, changedQueries, isReopened, log: logFacts(log) };
    const texts = [...sqlTexts, ...textsOf(run, metadata, log)];
    const { key, privateKey } = await keys.get();
    return reports.cancellable(exportId, async (options) => {
      const target = path ?? (await reports.freePath(defaultName(metadata), 'zip'));
      const written = await reader.call('bundle', { runId, path: target, facts, texts, key, privateKey }, options);
      reports.noteExported(written.path);
      return written;
    });
  }

  #facts(
    { startDate, strict, notes, rule }: RunPlan,
    metadata: ReportMetadata,
  ): Omit<BundleFacts, 'queries' | 'changedQueries' | 'isReopened' | 'log'> {
    const { user, machineName } = this.#parts.ports;
    return {
      ...metadata,
      madeBy: user,
      madeOn: machineName,
      plan: { startDate, strict, notes },
      ruleText: { file: ruleFile, sha256: sha256(rule.text) },
    };
  }
}

function textsOf({ plan, state, configuration }: Run, metadata: ReportMetadata, log: RunLog): readonly Text[] {
  return [
    { name: ruleFile, text: plan.rule.text },
    json('plan.json', plan),
    json('settings.json', settingsOf(configuration)),
    json('sources.json', sourcesOf(state)),
    { name: logFile, text: log.entries.map((entry) => `${JSON.stringify(entry)}\n`).join('') },
    { name: 'note.txt', text: `${noteEntry(metadata)}\n` },
    { name: 'README.txt', text: readme },
  ];
}

function logFacts({ entries, dropped, isFromStart }: RunLog): BundleFacts['log'] {
  return { file: logFile, lines: entries.length, dropped, isWhole: isFromStart && dropped === 0 };
}

const logFile = 'run.log.jsonl';
const ruleFile = 'rule/rule.yml';

const readme = `This is an evidence bundle of the Client Activity Monitor. manifest.json says what it is about and lists every file with its
SHA-256; manifest.sig is the Ed25519 signature over it, and the comment of this zip seals every byte before it.

Check it with:  cam verify FILE --key FINGERPRINT
The fingerprint must come to you by another way than this file: whoever can change the file can also sign it with a key of their own.

report/   the tables of the report     rows/     the rows of every source, as Parquet (exact) and CSV (safe for spreadsheets)
rule/     the rule                      sql/      the statements as they were sent
plan.json, settings.json (no secrets), sources.json (how each source ended), note.txt
run.log.jsonl: what the program logged about the run; manifest.json says under "log" whether that is all of it
`;

/** Statements as they were sent; those of `changed` sources are not known any more. */
function queriesOf(
  { plan, configuration }: Run,
  changed: ReadonlySet<string>,
): { readonly queries: readonly BundleQuery[]; readonly texts: readonly Text[] } {
  const found = plan.sources.flatMap(({ id, database, query }, place) => {
    const config = configuration.databases.find(({ name }) => name === database)?.queries.find(({ name }) => name === query);
    if (config === undefined || changed.has(id)) return [];
    const file = `sql/${String(place + 1).padStart(3, '0')}-${id.replace(/[^A-Za-z0-9]+/g, '-').slice(0, 80)}.sql`;
    // What the configuration gives besides: the start date for all, lists of other queries by where they come from.
    const binds = { start_date: plan.startDate, ...config.binds, ...config.bindsFrom };
    return [{ query: { source: id, file, sha256: sha256(config.sql), binds }, text: { name: file, text: config.sql } }];
  });
  return { queries: found.map(({ query }) => query), texts: found.map(({ text }) => text) };
}

/** How each source ended, with every attempt. */
function sourcesOf(state: RunState): unknown {
  return {
    status: state.status,
    outcome: state.outcome,
    ...(state.failure === undefined ? {} : { failure: state.failure }),
    startedAt: state.startedAt,
    endedAt: state.endedAt,
    merge: state.merge,
    sources: Object.values(state.sources),
  };
}

/** The configuration with what looks like a secret taken out; the texts of queries stand in files of their own. */
function settingsOf({ settings, databases, groups, databasesFile, settingsFile }: Configuration): unknown {
  const asked = databases.map(({ queries, ...database }) => ({
    ...database,
    queries: queries.map(({ sql: _sql, ...query }) => query),
  }));
  return redactFields({ databasesFile, settingsFile, settings, groups, databases: asked });
}

function json(name: string, value: unknown): Text {
  return { name, text: `${JSON.stringify(value, null, 2)}\n` };
}

function sha256(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex');
}

function defaultName({ runId, missing, outcome }: ReportMetadata): string {
  return `evidence-bundle_${runId}${missing.length === 0 && outcome === 'succeeded' ? '' : '_INCOMPLETE'}`;
}
