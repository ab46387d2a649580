/** Merging: from attached sources to the two tables of the report. */
import type { EvaluationStep } from '../model/evaluation-progress.ts';
import type { RunPlan, SourceId } from '../model/plan.ts';
import type { MergeSummary, MissingSource } from '../model/run.ts';
import type { AttachedSource } from './attached-source.ts';
import { confidenceFor } from './confidence.ts';
import type { DuckSession } from './duck.ts';
import { microsOfWindow } from './event-time.ts';
import type { Findings } from './findings.ts';
import { findGeneral } from './general-findings.ts';
import { findPlain } from './plain-findings.ts';
import type { IdsAre, ReportInput, Verdict } from './report-table.ts';
import { plainRuleOf, type RunRule } from './run-rule.ts';
import { Shared } from './shared.ts';
import { joinSql, type Sql, sql } from './sql.ts';
import { type InSession, StoredReport, type TableNames } from './stored-report.ts';

/** What a merge is given. */
export interface MergeInput extends TableNames {
  readonly plan: RunPlan;
  readonly rule: RunRule;
  readonly sources: ReadonlyMap<SourceId, AttachedSource>;
  readonly missing: readonly MissingSource[];
  readonly databaseOfRank: readonly string[];
  /** The run's sources in the order that settles ties. */
  readonly ranked: readonly SourceId[];
  readonly inSession: InSession;
}

/** A merged report; its tables stay until its last user has released it. */
export class MergedReport extends Shared {
  readonly tables: Readonly<Record<Verdict, StoredReport>>;
  readonly summary: Omit<MergeSummary, 'durationMs'>;
  readonly findings: Findings;

  constructor(tables: MergedReport['tables'], summary: MergedReport['summary'], findings: Findings, drop: (table: Sql) => Promise<void>) {
    const sources = findings.types.flatMap((type) => type.sources);
    super(async () => {
      for (const table of Object.values(tables)) await table.release();
      for (const source of sources) await source.release();
      for (const table of findings.kept) await drop(table);
    });
    this.tables = tables;
    this.summary = summary;
    this.findings = findings;
    for (const source of sources) source.retain();
  }
}

/**
 * Evaluates the rule of the run over the answered sources.
 *
 * A source that is named as missing is left out even where it is attached: rows of an answer that no longer counts are no
 * rows. One that answered in part is in and missing at once: what its rows prove is proved, and its type stays open. A source
 * of the rule that is neither attached nor named as missing is missing too.
 */
export async function mergeSources(input: MergeInput): Promise<MergedReport> {
  const { plan } = input;
  const missing = [...input.missing, ...unansweredSources(input)];
  const isMissing = new Set(missing.flatMap(({ source, reason }) => (reason === 'partial' ? [] : [source])));
  const answered = plan.sources.flatMap(({ id }) => {
    const source = input.sources.get(id);
    return source === undefined || isMissing.has(id) ? [] : [source];
  });
  const table = input.newTable('groups');
  try {
    return await input.inSession(async (session) => {
      const findings = await findGroups(session, input, { table, missing, answered });
      session.steps?.begin('report', 3);
      const sorting = await sortingOf(session, findings);
      session.steps?.partDone();
      const { databaseOfRank } = input;
      const confidence = confidenceFor({ ...input, missing });
      const report = { window: microsOfWindow(plan.window), findings, databaseOfRank, confidence, ...sorting };
      const tables = await storeReport(session, input, report);
      const summary = {
        confirmed: findings.told.confirmedGroups ?? tables.confirmed.rows,
        undetermined: tables.undetermined.rows,
        clientsInWindow: findings.told.groups,
        eventsInWindow: findings.told.events,
        rows: answered.reduce((sum, source) => sum + source.rows, 0),
        sources: answered.map((source) => source.input.source),
        rule: plan.range === undefined ? findings.told.rule : { ...findings.told.rule, windows: tables.confirmed.rows },
      };
      return new MergedReport(tables, summary, findings, input.drop);
    });
  } finally {
    await input.drop(table);
  }
}

/** What the evaluation of the rule does, in its order. */
export function stepsOf({ range }: RunPlan, rule: RunRule): readonly EvaluationStep[] {
  if (range !== undefined) return ['events', 'groups', 'windows', 'clients', 'report'];
  return plainRuleOf(rule) === undefined ? ['events', 'groups', 'clients', 'report'] : ['clients', 'report'];
}

/** What is looked at: where the groups go, what has answered, what has not. */
interface Looked {
  readonly table: Sql;
  readonly missing: readonly MissingSource[];
  readonly answered: readonly AttachedSource[];
}

function findGroups(session: DuckSession, { plan, rule, newTable }: MergeInput, looked: Looked): Promise<Findings> {
  const plain = plan.range === undefined ? plainRuleOf(rule) : undefined;
  if (plain !== undefined) return findPlain(session, rule, plain, looked);
  const kind = plan.range === undefined ? 'anchored' : 'sliding';
  return findGeneral(session, rule, { ...looked, window: microsOfWindow(plan.window), kind, newTable });
}

/** Sources of the run that are neither attached nor named as missing. */
export function unansweredSources({ plan, sources, missing }: MergeInput): readonly MissingSource[] {
  const named = new Set(missing.map((source) => source.source));
  return plan.sources
    .filter(({ id }) => !named.has(id) && !sources.has(id))
    .map(({ id, database, query, changeType }) => ({
      source: id,
      database,
      query,
      changeType,
      reason: 'running',
      message: 'It has not answered yet.',
      window: plan.window,
    }));
}

/** What the ids of each verdict are, which decides how they sort. */
export async function sortingOf(
  session: DuckSession,
  { table, groups, confirmed, undetermined }: Findings,
): Promise<Pick<ReportInput, 'idsAre'>> {
  const columns = groups.map(({ column }) => column);
  const all = async (holds: (id: Sql) => Sql): Promise<readonly unknown[]> => {
    const each = [confirmed, undetermined].flatMap((verdict) =>
      columns.map((id) => sql`, bool_and(${holds(id)}) FILTER (WHERE ${verdict})`),
    );
    return (await session.row(sql`SELECT count(*)${joinSql(each, sql``)} FROM ${table}`)).slice(1);
  };
  const areShort = await all((id) => sql`coalesce(CAST(TRY_CAST(${id} AS BIGINT) AS VARCHAR) = ${id}, FALSE)`);
  // Asked only where it makes a difference: a pattern takes its time.
  const areIntegers = areShort.includes(false) ? await all((id) => sql`regexp_full_match(${id}, '[+-]?[0-9]+')`) : [];
  const are = areShort.map((isShort, place): IdsAre => (isShort === true ? 'short' : areIntegers[place] === true ? 'integers' : 'texts'));
  return { idsAre: { confirmed: are.slice(0, columns.length), undetermined: are.slice(columns.length) } };
}

async function storeReport(session: DuckSession, input: MergeInput, report: ReportInput): Promise<MergedReport['tables']> {
  const confirmed = await StoredReport.create(session, report, 'confirmed', input);
  session.steps?.partDone();
  try {
    return { confirmed, undetermined: await StoredReport.create(session, report, 'undetermined', input) };
  } catch (error) {
    await confirmed.release();
    throw error;
  }
}
