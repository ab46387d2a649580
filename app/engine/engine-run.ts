/** One run in the engine: its attached sources, its merged report, its arranged tables. */
import type { Clock } from '../base/clock.ts';
import type { EvaluationProgress } from '../model/evaluation-progress.ts';
import { CamError, failure } from '../model/failure.ts';
import type { NearMisses } from '../model/near-misses.ts';
import type { ConfiguredRule } from '../model/rule.ts';
import type { RuleTrial } from '../model/rule-trial.ts';
import type { PlannedSource, RunPlan, SourceId } from '../model/plan.ts';
import type { MergeSummary, MissingSource } from '../model/run.ts';
import { notEvaluated } from '../model/run-evaluation.ts';
import type { Page, PageRequest, TableRef } from '../model/table.ts';
import type { CorrelationRule } from '../rules/rule.ts';
import { AttachedSource } from './attached-source.ts';
import type { Duck, DuckSession, FollowedWork } from './duck.ts';
import type { AttachInput, AttachOutput, ValuesInput, ValuesOutput } from './engine.ts';
import { EvaluationSteps } from './evaluation-steps.ts';
import { microsOfWindow } from './event-time.ts';
import { writeListValues } from './list-values.ts';
import { type MergeInput, mergeSources, type MergedReport, stepsOf } from './merge.ts';
import { cellsOf, type RowSource } from './row-source.ts';
import { tryRule } from './rule-trial.ts';
import { RunSchema } from './run-schema.ts';
import { runRuleOf, type RunRule, detectionsOf } from './run-rule.ts';
import { type NearRequest, NearTables } from './near-tables.ts';
import { Serial } from './serial.ts';
import type { Shared } from './shared.ts';
import type { StoredReport } from './stored-report.ts';
import { type Arrangement, arrange, isPlain, Views } from './views.ts';

const longestPage = 1000;

/** A table being read; whoever took it releases it. */
export interface TakenTable {
  readonly source: RowSource;
  /** Rows before filtering. */
  readonly total: number;
  readonly release: () => Promise<void>;
}

/** The state of one run. Everything is forgotten with {@link close}. */
export class EngineRun {
  readonly plan: RunPlan;
  readonly #rule: RunRule;
  readonly #duck: Duck;
  readonly #clock: Clock;
  readonly #schema: RunSchema;
  readonly #sources = new Map<SourceId, AttachedSource>();
  /** The sources of the plan in the order that settles ties: by database as configured, then by their order in the plan. */
  readonly #ranked: readonly PlannedSource[];
  readonly #views = new Views();
  /** Attaching and merging change what is there: one at a time. */
  readonly #changes = new Serial();
  readonly #near: NearTables;
  #report: MergedReport | undefined;
  /** What was missing when it was to be merged last; absent while nobody has said so. */
  #missing: readonly MissingSource[] | undefined;

  private constructor(plan: RunPlan, duck: Duck, schema: RunSchema, clock: Clock) {
    this.plan = plan;
    this.#rule = runRuleOf(plan);
    this.#clock = clock;
    this.#near = new NearTables(clock);
    this.#duck = duck;
    this.#schema = schema;
    const placeOf = new Map(plan.databases.map((database, place) => [database.name, place]));
    this.#ranked = plan.sources.toSorted((a, b) => (placeOf.get(a.database) ?? 0) - (placeOf.get(b.database) ?? 0));
  }

  get rule(): CorrelationRule {
    return this.#rule.rule;
  }

  /** Prepares a run; `number` is unique within the engine. */
  static async open(duck: Duck, plan: RunPlan, number: number, clock: Clock): Promise<EngineRun> {
    return new EngineRun(plan, duck, await RunSchema.create(duck, number), clock);
  }

  /** @throws CamError `request.invalid` for a source that is not in the plan; see {@link AttachedSource.read} */
  attach(input: AttachInput, signal: AbortSignal): Promise<AttachOutput> {
    return this.#changes.run(async () => {
      const rank = this.#rankOf(input.source);
      this.#checkRoles(input);
      const table = this.#schema.newTable('clients');
      // A hunt looks into many windows: it has no use for the clients of the whole range.
      const kept = this.plan.range === undefined ? { table, drop: () => this.#schema.drop(table) } : undefined;
      const source = await this.#schema.makeOrDrop(table, signal, (session) =>
        AttachedSource.read(session, input, rank, microsOfWindow(this.plan.window), kept),
      );
      const before = this.#sources.get(input.source);
      this.#sources.set(input.source, source);
      await this.#views.forget(input.source);
      await this.#near.forget();
      await before?.release();
      return source.output;
    });
  }

  /** Merges what is attached and not missing, or missing in part only. The report before it stays where this fails. */
  evaluate(
    missing: readonly MissingSource[],
    signal: AbortSignal,
    onProgress: (progress: EvaluationProgress) => void = () => undefined,
  ): Promise<MergeSummary> {
    return this.#changes.run(async () => {
      const startedAt = this.#clock.monotonicMs();
      this.#missing = missing;
      const followed = { steps: new EvaluationSteps(stepsOf(this.plan, this.#rule)), onProgress };
      const report = await mergeSources(this.#mergeInput(missing, signal, followed));
      const before = this.#report;
      this.#report = report;
      await this.#forgetMerged();
      await before?.release();
      return { ...report.summary, durationMs: Math.round(this.#clock.monotonicMs() - startedAt) };
    });
  }

  /** Near misses over what was merged last. @throws CamError `request.invalid`, see {@link findNear} */
  async nearMisses(request: NearRequest, signal: AbortSignal): Promise<NearMisses> {
    const { table, summary } = await this.#near.get(request, this.#mergeInput(this.#missingOrRefuse(), signal));
    await table.release();
    return summary;
  }

  /** Another rule over what was merged last; the run's own report stays. Rows do not change meanwhile. */
  tryRule(rule: ConfiguredRule, signal: AbortSignal): Promise<RuleTrial> {
    return this.#changes.run(() => tryRule(this.#mergeInput(this.#missingOrRefuse(), signal), rule));
  }

  /** Writes a list. @throws CamError `not.found` for a source that is not attached; see {@link writeListValues} */
  async values(input: ValuesInput, signal: AbortSignal): Promise<ValuesOutput> {
    const sources = input.sources.map((id) => this.#attached(id));
    const table = this.#schema.newTable('values');
    try {
      return await this.#duck.session(signal, (session) => writeListValues(session, sources, input, table));
    } finally {
      await this.#schema.drop(table);
    }
  }

  /** @throws CamError `request.invalid`, `not.found` */
  async page(request: PageRequest, signal: AbortSignal): Promise<Page> {
    const { offset, limit } = request;
    if (!Number.isSafeInteger(offset) || offset < 0 || !Number.isSafeInteger(limit) || limit < 1 || limit > longestPage) {
      throw new CamError(
        failure('request.invalid', { message: `A page has 1 to ${String(longestPage)} rows and begins at a whole number.` }),
      );
    }
    const taken = await this.take(request.table, request, signal);
    try {
      const { source, total } = taken;
      const columns = source.columns.map(({ name, kind }) => ({ name, kind }));
      const isBeyond = offset >= source.rows;
      const rows = isBeyond ? [] : await this.#duck.session(signal, (session) => session.cells(cellsOf(source, offset, offset + limit)));
      return { columns, rows, offset, matching: source.rows, total };
    } finally {
      await taken.release();
    }
  }

  /** A table in an arrangement, kept until it is released. @throws CamError `not.found`, `request.invalid` */
  async take(table: TableRef, arrangement: Arrangement, signal: AbortSignal): Promise<TakenTable> {
    const base = await this.#base(table, signal);
    if (isPlain(arrangement)) return { source: base.source, total: base.source.rows, release: base.release };
    try {
      const key =
        table.kind === 'source'
          ? table.source
          : table.kind === 'near'
            ? `near ${String(table.atLeast)} ${String(table.windowHours)}`
            : table.kind;
      const view = await this.#views.get(key, arrangement, () =>
        this.#schema.store('view', base.source, arrange(base.source, arrangement), signal),
      );
      return { source: view, total: base.source.rows, release: () => view.release() };
    } finally {
      await base.release();
    }
  }

  /**
   * The merged report, kept until it is released. Nothing is merged for it: what was broken off is not known, and whoever looks
   * at a table must not find another answer there than the run gives. @throws CamError `run.not-evaluated`
   */
  takeReport(): MergedReport {
    if (this.#report === undefined) throw notEvaluated();
    return this.#report.retain();
  }

  /** Whether there is a merged report. */
  get hasReport(): boolean {
    return this.#report !== undefined;
  }

  /** What is attached, in the order that settles ties. */
  attached(): readonly AttachedSource[] {
    return [...this.#sources.values()].toSorted((a, b) => a.rank - b.rank);
  }

  /** Does some work on a connection of the engine. */
  session<T>(signal: AbortSignal, work: (session: DuckSession) => Promise<T>): Promise<T> {
    return this.#duck.session(signal, work);
  }

  /** Removes everything that was made for the run. What still reads it fails. */
  close(): Promise<void> {
    return this.#changes.run(async () => {
      await this.#views.forget();
      await this.#near.forget();
      await this.#report?.release();
      this.#report = undefined;
      this.#sources.clear();
      await this.#schema.close();
    });
  }

  /** Without its roles a source of the rule would count as answered and have no events: its silence would read as "nobody". */
  #checkRoles(input: AttachInput): void {
    // Without a column nothing was asked, because the list to ask with is empty: there is nobody, and that is known.
    if (input.columns.length === 0 && input.files.length === 0) return;
    const { rule, sourcesOf } = this.#rule;
    const isNeeded = detectionsOf(this.#rule, rule).some(({ logsource }) => sourcesOf(logsource).includes(input.source));
    if (input.roles !== undefined || !isNeeded) return;
    throw new CamError(
      failure('sql.columns', { message: `Which columns of ${input.source} hold the client id and the time is not known.` }),
    );
  }

  async #base(table: TableRef, signal: AbortSignal): Promise<{ readonly source: RowSource; readonly release: () => Promise<void> }> {
    if (table.kind === 'near') {
      const near = await this.#near.get(table, this.#mergeInput(this.#missingOrRefuse(), signal));
      return this.#whole(near.table, near.table, signal);
    }
    if (table.kind === 'source') return { source: this.#attached(table.source), release: () => Promise.resolve() };
    const report = this.takeReport();
    return this.#whole(report.tables[table.kind], report, signal);
  }

  /** A stored report with its evidence; `user` is released where that cannot be had. */
  async #whole(report: StoredReport, user: Shared, signal: AbortSignal): Promise<{ source: RowSource; release: () => Promise<void> }> {
    try {
      const source = await report.whole((work) => this.#duck.session(signal, work));
      return { source, release: () => user.release() };
    } catch (error) {
      await user.release();
      throw error;
    }
  }

  /** Without it a source that answered in part would count as one that knows everything. */
  #missingOrRefuse(): readonly MissingSource[] {
    if (this.#missing === undefined) throw notEvaluated();
    return this.#missing;
  }

  #mergeInput(missing: readonly MissingSource[], signal: AbortSignal, followed?: FollowedWork): MergeInput {
    return {
      plan: this.plan,
      rule: this.#rule,
      sources: this.#sources,
      missing,
      databaseOfRank: this.#ranked.map((source) => source.database),
      ranked: this.#ranked.map((source) => source.id),
      inSession: (work) => this.#duck.session(signal, work, followed),
      newTable: (kind) => this.#schema.newTable(kind),
      drop: (table) => this.#schema.drop(table),
    };
  }

  async #forgetMerged(): Promise<void> {
    await this.#views.forget('confirmed');
    await this.#views.forget('undetermined');
    await this.#views.forgetAll('near ');
    await this.#near.forget();
  }

  #attached(id: SourceId): AttachedSource {
    const source = this.#sources.get(id);
    if (source !== undefined) return source;
    throw new CamError(failure('not.found', { message: `${id} has no rows here.`, action: 'Wait until it has answered.' }));
  }

  #rankOf(id: SourceId): number {
    const rank = this.#ranked.findIndex((source) => source.id === id);
    if (rank >= 0) return rank;
    throw new CamError(failure('request.invalid', { message: `The run has no source ${id}.` }));
  }
}
