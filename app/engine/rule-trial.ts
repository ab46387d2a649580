/** Another rule over the rows of a run. It has tables of its own, which are gone when it is told: the run's report stays as it is. */
import { groupId } from '../model/group-id.ts';
import type { ConfiguredRule } from '../model/rule.ts';
import type { RuleTrial, TrialGroups } from '../model/rule-trial.ts';
import type { RunPlan } from '../model/plan.ts';
import type { MissingSource } from '../model/run.ts';
import type { DuckSession } from './duck.ts';
import { type MergeInput, mergeSources, unansweredSources } from './merge.ts';
import { columnAt, type RowSource } from './row-source.ts';
import { detectionsOf, runRuleOf, sourceless } from './run-rule.ts';
import { constant, sql } from './sql.ts';
import { unknownFields } from './unknown-fields.ts';
import { list } from './values.ts';

/** So many groups of each verdict are named. */
const named = 20;

/** Tries a rule; `merge` is what the run itself would be merged of. */
export async function tryRule(merge: MergeInput, rule: ConfiguredRule): Promise<RuleTrial> {
  const plan: RunPlan = { ...merge.plan, rule: { ...rule, sources: [] } };
  const own = runRuleOf(plan);
  const logsources = detectionsOf(own, own.rule).map(({ logsource }) => logsource);
  const needed = new Set(logsources.flatMap((logsource) => own.sourcesOf(logsource)));
  const missing = [...merge.missing, ...unansweredSources(merge), ...unreadable(merge, needed)];
  const report = await mergeSources({ ...merge, plan, rule: own, missing });
  try {
    const { summary, tables, findings } = report;
    const groups = findings.groups.length;
    const { confirmed, undetermined } = await merge.inSession(async (session) => ({
      confirmed: await firstOf(session, tables.confirmed.clients, groups),
      undetermined: await firstOf(session, tables.undetermined.clients, groups),
    }));
    return {
      groupBy: findings.groups.map(({ name }) => name),
      confirmed: { count: summary.confirmed, first: confirmed },
      undetermined: { count: summary.undetermined, first: undetermined },
      missing: missing.filter(({ source }) => needed.has(source)),
      expected: needed.size,
      unknownFields: unknownFields(
        own,
        summary.sources.flatMap((id) => merge.sources.get(id) ?? []),
      ),
      withoutSource: [...new Set(logsources.filter((each) => own.sourcesOf(each).length === 0).map(sourceless))],
    };
  } finally {
    await report.release();
  }
}

/** Sources of the rule that answered, but of whose columns nobody said which hold the id and the time: their silence is no answer. */
function unreadable({ plan, sources, missing }: MergeInput, needed: ReadonlySet<string>): readonly MissingSource[] {
  const isNamed = new Set(missing.map(({ source }) => source));
  return plan.sources.flatMap(({ id, database, query, changeType }) => {
    const input = sources.get(id)?.input;
    const isRead = input === undefined || input.roles !== undefined || input.columns.length === 0;
    if (isRead || !needed.has(id) || isNamed.has(id)) return [];
    const message = 'Which of its columns hold the client id and the time is not known.';
    return [{ source: id, database, query, changeType, reason: 'failed' as const, message, window: plan.window }];
  });
}

/** The groups stand in the first columns; in a hunt one has a row for each of its windows, and is named once. */
async function firstOf(session: DuckSession, table: RowSource, groups: number): Promise<TrialGroups['first']> {
  if (groups === 0 || table.rows === 0) return [];
  const columns = table.columns.slice(0, groups);
  const values = columns.map((column, place) => column.text(columnAt(place)));
  const rows = await session.cells(sql`SELECT CAST(to_json(ids) AS VARCHAR) FROM (
    SELECT [${list(values)}] AS ids, min(position) AS first FROM ${table.all} AS listed GROUP BY ids) AS named
    ORDER BY first LIMIT ${constant(named)}`);
  return rows.map((cells) => groupId(cells.map(String)));
}
