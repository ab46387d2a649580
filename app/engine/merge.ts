/** Merging: from attached sources to the two tables of the report. */
import type { RunPlan, SourceId } from '../model/plan.ts';
import type { MergeSummary, MissingSource } from '../model/run.ts';
import type { AttachedSource } from './attached-source.ts';
import { confidenceFor } from './confidence.ts';
import type { DuckSession } from './duck.ts';
import { microsOfWindow } from './event-time.ts';
import type { Findings } from './findings.ts';
import { findGeneral } from './general-findings.ts';
import { findPlain } from './plain-findings.ts';
import {
  isIntegerId,
  listedClients,
  reportColumns,
  type ReportInput,
  reportRelation,
  reportStatement,
  type Verdict,
} from './report-table.ts';
import { plainRuleOf, type RunRule } from './run-rule.ts';
import { Shared } from './shared.ts';
import { joinSql, type Sql, sql } from './sql.ts';
import { StoredTable } from './stored-table.ts';

/** What a merge is given. */
export interface MergeInput {
  readonly plan: RunPlan;
  readonly rule: RunRule;
  readonly sources: ReadonlyMap<SourceId, AttachedSource>;
  readonly missing: readonly MissingSource[];
  readonly databaseOfRank: readonly string[];
  /** The run's sources in the order that settles ties. */
  readonly ranked: readonly SourceId[];
  readonly inSession: <T>(work: (session: DuckSession) => Promise<T>) => Promise<T>;
  readonly newTable: (kind: string) => Sql;
  readonly drop: (table: Sql) => Promise<void>;
}

/** A merged report; its tables stay until its last user has released it. */
export class MergedReport extends Shared {
  readonly tables: Readonly<Record<Verdict, StoredTable>>;
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
      const counted = await countVerdicts(session, findings);
      const { databaseOfRank } = input;
      const confidence = confidenceFor({ ...input, missing });
      const report = { window: microsOfWindow(plan.window), findings, databaseOfRank, confidence, ...counted };
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

/** By verdict, whether every id is an integer: ids sort as numbers then. */
export async function countVerdicts(
  session: DuckSession,
  { table, groups, confirmed, undetermined }: Findings,
): Promise<Pick<ReportInput, 'idsAreIntegers'>> {
  const areIntegers = (verdict: Sql): Sql => {
    const each = groups.map(({ column }) => sql`, bool_and(${isIntegerId(column)}) FILTER (WHERE ${verdict})`);
    return joinSql(each, sql``);
  };
  const [, ...flags] = await session.row(sql`SELECT count(*)${areIntegers(confirmed)}${areIntegers(undetermined)} FROM ${table}`);
  const are = flags.map((flag) => flag === true);
  return { idsAreIntegers: { confirmed: are.slice(0, groups.length), undetermined: are.slice(groups.length) } };
}

async function storeReport(session: DuckSession, input: MergeInput, report: ReportInput): Promise<MergedReport['tables']> {
  const confirmed = await storeVerdict(session, input, report, 'confirmed');
  try {
    return { confirmed, undetermined: await storeVerdict(session, input, report, 'undetermined') };
  } catch (error) {
    await confirmed.release();
    throw error;
  }
}

/** Stores the rows of one verdict. */
export async function storeVerdict(session: DuckSession, input: MergeInput, report: ReportInput, verdict: Verdict): Promise<StoredTable> {
  const listed = input.newTable('listed');
  const table = input.newTable(verdict);
  try {
    await session.run(sql`CREATE TABLE ${listed} AS ${listedClients(report, verdict)}`);
    const [isEmpty] = await session.row(sql`SELECT count(*) = 0 FROM ${listed}`);
    return await StoredTable.create(session, {
      table,
      columns: reportColumns(report, verdict),
      statement: reportStatement(report, { table: listed, isEmpty: isEmpty === true }),
      relation: reportRelation(report, verdict, table),
      drop: () => input.drop(table),
    });
  } catch (error) {
    await input.drop(table).catch(() => undefined);
    throw error;
  } finally {
    await input.drop(listed);
  }
}
