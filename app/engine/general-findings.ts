/** The groups of a rule of any kind, as the report needs them. */
import type { MissingSource, RuleSummaryOfRun } from '../model/run.ts';
import { countAlikeClients } from './alike-ids.ts';
import { type AttachedSource, microsOfKey } from './attached-source.ts';
import type { DuckSession } from './duck.ts';
import type { MicrosWindow } from './event-time.ts';
import type { Findings, FoundMeasure, FoundType } from './findings.ts';
import { anyOf } from './rule-chains.ts';
import { decidingColumn, evaluateRule, latestColumn, type RuleEvaluation } from './rule-evaluation.ts';
import { groupColumn, pickedColumn } from './rule-groups.ts';
import { RuleScratch } from './rule-scratch.ts';
import { columnPrefixOf, filtersOf, isExpired, type RunRule } from './run-rule.ts';
import { joinSql, ownName, type Sql, sql } from './sql.ts';
import { list } from './values.ts';

/** What is looked at. */
export interface GeneralInput {
  readonly table: Sql;
  readonly missing: readonly MissingSource[];
  readonly answered: readonly AttachedSource[];
  readonly window: MicrosWindow;
  /** `sliding`: every window of the rule's time span that lies in the range. */
  readonly kind: 'anchored' | 'sliding';
  readonly newTable: (kind: string) => Sql;
}

/** Evaluates the rule and fills the table. */
export async function findGeneral(session: DuckSession, run: RunRule, input: GeneralInput): Promise<Findings> {
  const scratch = new RuleScratch(session, input.newTable);
  try {
    const { answered, window, kind } = input;
    const missing = new Set(input.missing.map(({ source }) => source));
    const evaluation = await evaluateRule(scratch, { run, answered, missing, window, kind });
    await fill(session, run, input.table, evaluation);
    session.steps?.partDone();
    const [groups, confirmed] = await session.row(sql`SELECT count(*), count(*) FILTER (WHERE confirmed) FROM ${evaluation.groups}`);
    const [events] = await session.row(sql`SELECT count(DISTINCT ev) FROM ${evaluation.hits}`);
    scratch.keep(evaluation.hits);
    const keys = run.rule.rules.map((_, place) => latestColumn(place));
    const ids = { table: evaluation.groups, id: groupColumn(0), keys, confirmed: sql`confirmed` };
    const alike = await countAlikeClients(session, run.rule, ids);
    const told = { groups: Number(groups), events: Number(events), rule: { ...ruleSummary(evaluation), alike } };
    return {
      ...shapeOf(run, input, evaluation),
      told: kind === 'anchored' ? told : { ...told, confirmedGroups: Number(confirmed) },
      kept: [evaluation.hits],
    };
  } finally {
    await scratch.drop();
  }
}

/** What the filters of a rule did where none of them took anything out. */
export function quietRule(run: RunRule): RuleSummaryOfRun {
  const expired = filtersOf(run).filter((filter) => isExpired(filter, run.today));
  return { skipped: 0, suppressed: [], expired: expired.map(toldFilter) };
}

function ruleSummary({ skipped, suppressed, expired }: RuleEvaluation): RuleSummaryOfRun {
  return {
    skipped,
    suppressed: suppressed.map(({ filter, events }) => ({ filter: filter.title, events })),
    expired: expired.map(toldFilter),
  };
}

function toldFilter({ title, expires }: { readonly title: string; readonly expires?: string }): RuleSummaryOfRun['expired'][number] {
  return { filter: title, expires: expires ?? '' };
}

const windowColumns = [ownName('match_at'), ownName('first_at')] as const;

/** One row a group; in a hunt one a window that holds, and one a group that is undetermined. */
async function fill(session: DuckSession, { rule }: RunRule, table: Sql, { groups, matches, measure }: RuleEvaluation): Promise<void> {
  const own = rule.groupBy.map((_, place) => groupColumn(place));
  const latest = rule.rules.map((_, place) => latestColumn(place));
  const deciding = rule.rules.map((_, place) => decidingColumn(place));
  const figures = measure === undefined ? [] : [measure.column];
  if (matches === undefined) {
    const columns = [...own, ...latest, ...figures, ...deciding, sql`confirmed`, sql`undetermined`];
    await session.run(sql`CREATE TABLE ${table} AS SELECT ${list(columns)} FROM ${groups}`);
    return;
  }
  const [matchAt, firstAt] = windowColumns;
  const time = (column: Sql, name: Sql): Sql => sql`make_timestamp(${column}) AS ${name}`;
  const windows = [...own, ...latest, ...figures, time(sql`ended_at`, matchAt), time(sql`began_at`, firstAt)];
  const none = deciding.map((column) => sql`FALSE AS ${column}`);
  await session.run(sql`CREATE TABLE ${table} AS
    SELECT ${list([...windows, ...none, sql`TRUE AS confirmed`, sql`FALSE AS undetermined`])} FROM ${matches}
    UNION ALL BY NAME
    SELECT ${list([...own, ...latest, ...deciding, sql`FALSE AS confirmed`, sql`TRUE AS undetermined`])} FROM ${groups} WHERE undetermined`);
}

function shapeOf(
  run: RunRule,
  { table, answered, kind }: GeneralInput,
  { hits, open, measure }: RuleEvaluation,
): Omit<Findings, 'told' | 'kept'> {
  const { rule } = run;
  const groups = rule.groupBy.map(({ name }, place) => ({ name, column: groupColumn(place) }));
  const windows: readonly FoundMeasure[] = [
    { name: 'match_time', kind: 'instant', column: windowColumns[0] },
    { name: 'first_event', kind: 'instant', column: windowColumns[1] },
  ];
  const figures: readonly FoundMeasure[] = measure === undefined ? [] : [{ name: measure.name, kind: 'integer', column: measure.column }];
  return {
    table,
    groups,
    types: rule.rules.map((key, place) => typeOf(run, key, place, answered, hits)),
    measures: kind === 'sliding' ? [...windows, ...figures] : figures,
    carried: rule.rules.map((_, place) => decidingColumn(place)),
    order: kind === 'sliding' ? [windowColumns[0]] : [],
    confirmed: sql`confirmed`,
    undetermined: sql`undetermined`,
    missing: missingText(open),
  };
}

function typeOf(run: RunRule, key: string, place: number, answered: readonly AttachedSource[], hits: Sql): FoundType {
  const detection = run.set.detections.find((other) => other.key === key);
  const ids = detection === undefined ? [] : run.sourcesOf(detection.logsource);
  return {
    name: columnPrefixOf(run, run.rule, key),
    key: latestColumn(place),
    sources: answered.filter(({ input }) => ids.includes(input.source)),
    tables: [sql`(SELECT *, ${microsOfKey(sql`key`)} AS earliest, 1 AS events FROM ${hits} WHERE ${pickedColumn(place)})`],
    isOpen: decidingColumn(place),
  };
}

/** First the sources that decide, then those that could still show more; each once, by name. */
function missingText(open: RuleEvaluation['open']): Sql {
  const sources = [...new Set(open.flat())].sort();
  if (sources.length === 0) return sql`CAST(NULL AS VARCHAR)`;
  const decides = (source: string): Sql => anyOf(open.flatMap((own, place) => (own.includes(source) ? [decidingColumn(place)] : [])));
  const named = (condition: (source: string) => Sql): readonly Sql[] =>
    sources.map((source) => sql`CASE WHEN ${condition(source)} THEN ${source} END`);
  const all = [...named(decides), ...named((source) => sql`NOT ${decides(source)}`)];
  return sql`concat_ws('; ', ${joinSql(all, sql`, `)})`;
}
