/** Merging: from attached sources to the two tables of the report. */
import type { MergeSummary, MissingSource, RunPlan, SourceId } from '../model/run.ts';
import type { AttachedSource } from './attached-source.ts';
import { isConfirmed, isUndetermined, latestPerClient, type RuleType, ruleTypes } from './default-rule.ts';
import type { DuckSession } from './duck.ts';
import { microsOfWindow } from './event-time.ts';
import {
  isIntegerId,
  listedClients,
  reportColumns,
  type ReportInput,
  reportRelation,
  reportStatement,
  type Verdict,
} from './report-table.ts';
import { Shared } from './shared.ts';
import { type Sql, sql } from './sql.ts';
import { StoredTable } from './stored-table.ts';

/** What a merge is given. */
export interface MergeInput {
  readonly plan: RunPlan;
  readonly sources: ReadonlyMap<SourceId, AttachedSource>;
  readonly missing: readonly MissingSource[];
  readonly databaseOfRank: readonly string[];
  readonly inSession: <T>(work: (session: DuckSession) => Promise<T>) => Promise<T>;
  readonly newTable: (kind: string) => Sql;
  readonly drop: (table: Sql) => Promise<void>;
}

/** A merged report; its tables stay until its last user has released it. */
export class MergedReport extends Shared {
  readonly tables: Readonly<Record<Verdict, StoredTable>>;
  readonly summary: Omit<MergeSummary, 'durationMs'>;
  /** What was merged, by the rule's types in their order. */
  readonly sources: readonly TypeSources[];

  constructor(tables: MergedReport['tables'], summary: MergedReport['summary'], sources: MergedReport['sources']) {
    super(async () => {
      for (const table of Object.values(tables)) await table.release();
      for (const source of sources.flatMap((type) => type.sources)) await source.release();
    });
    this.tables = tables;
    this.summary = summary;
    this.sources = sources;
    for (const source of sources.flatMap((type) => type.sources)) source.retain();
  }
}

/** A change type of the rule and its answered sources. */
export interface TypeSources {
  readonly changeType: string;
  readonly sources: readonly AttachedSource[];
}

/**
 * Evaluates the default rule over the answered sources.
 *
 * A source that is named as missing is left out even where it is attached: rows of an answer that no longer counts are no
 * rows. One that answered in part is in and missing at once: what its rows prove is proved, and its type stays open. A source
 * of the rule that is neither attached nor named as missing is missing too.
 */
export async function mergeSources(input: MergeInput): Promise<MergedReport> {
  const { plan } = input;
  const missing = [...input.missing, ...unansweredSources(input)];
  const isMissing = new Set(missing.flatMap(({ source, reason }) => (reason === 'partial' ? [] : [source])));
  const answered = plan.sources.flatMap(({ id }) => (isMissing.has(id) ? [] : (input.sources.get(id) ?? [])));
  const types = ruleTypes(plan, missing);
  const typeSources = sourcesOfTypes(plan, types, answered);
  const sources = typeSources.map((type) => type.sources);
  const clients = input.newTable('clients');
  try {
    return await input.inSession(async (session) => {
      const events = types.map((type, place) => ({ type, tables: eventTables(sources[place] ?? []) }));
      await session.run(sql`CREATE TABLE ${clients} AS ${latestPerClient(events)}`);
      const counted = await countVerdicts(session, clients, types);
      const { databaseOfRank } = input;
      const report = { plan, window: microsOfWindow(plan.window), types, sources, databaseOfRank, clients, ...counted };
      const tables = await storeReport(session, input, report);
      const summary = {
        confirmed: tables.confirmed.rows,
        undetermined: tables.undetermined.rows,
        clientsInWindow: counted.clientsInWindow,
        eventsInWindow: sources.flat().reduce((sum, source) => sum + (source.events?.rows ?? 0), 0),
        rows: answered.reduce((sum, source) => sum + source.rows, 0),
        sources: answered.map((source) => source.input.source),
      };
      return new MergedReport(tables, summary, typeSources);
    });
  } finally {
    await input.drop(clients);
  }
}

function unansweredSources({ plan, sources, missing }: MergeInput): readonly MissingSource[] {
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

function sourcesOfTypes(plan: RunPlan, types: readonly RuleType[], answered: readonly AttachedSource[]): readonly TypeSources[] {
  const changeTypeOf = new Map(plan.sources.map((source) => [source.id, source.changeType]));
  return types.map(({ changeType }) => ({
    changeType,
    sources: answered.filter((source) => changeTypeOf.get(source.input.source) === changeType),
  }));
}

function eventTables(sources: readonly AttachedSource[]): readonly Sql[] {
  return sources.flatMap((source) => source.events?.table ?? []);
}

interface Counted {
  readonly clientsInWindow: number;
  readonly idsAreIntegers: Readonly<Record<Verdict, boolean>>;
}

async function countVerdicts(session: DuckSession, clients: Sql, types: readonly RuleType[]): Promise<Counted> {
  const areIntegers = sql`bool_and(${isIntegerId(sql`user_id`)})`;
  const [count, confirmed, undetermined] = await session.row(sql`SELECT count(*),
    ${areIntegers} FILTER (WHERE ${isConfirmed(types)}), ${areIntegers} FILTER (WHERE ${isUndetermined(types)}) FROM ${clients}`);
  return { clientsInWindow: Number(count), idsAreIntegers: { confirmed: confirmed === true, undetermined: undetermined === true } };
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

async function storeVerdict(session: DuckSession, input: MergeInput, report: ReportInput, verdict: Verdict): Promise<StoredTable> {
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
