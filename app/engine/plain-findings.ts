/** The groups of a plain rule: every event of its sources counts as it is, by client. */
import type { MissingSource } from '../model/run.ts';
import { countAlikeClients } from './alike-ids.ts';
import type { AttachedSource } from './attached-source.ts';
import { isConfirmed, isUndetermined, latestPerClient, missingText, ruleTypes } from './default-rule.ts';
import type { DuckSession } from './duck.ts';
import type { Findings } from './findings.ts';
import { quietRule } from './general-findings.ts';
import type { PlainRule, RunRule } from './run-rule.ts';
import { type Sql, sql } from './sql.ts';

/** Fills the table with one row a client that has an event in the window. */
export async function findPlain(
  session: DuckSession,
  run: RunRule,
  plain: PlainRule,
  {
    table,
    missing,
    answered,
  }: { readonly table: Sql; readonly missing: readonly MissingSource[]; readonly answered: readonly AttachedSource[] },
): Promise<Findings> {
  const found = ruleTypes(run, plain, missing).map(({ type, sources }) => {
    const own = answered.filter((source) => sources.includes(source.input.source));
    return { type, sources: own, tables: own.flatMap((source) => source.clients?.table ?? []) };
  });
  session.steps?.begin('clients');
  await session.run(sql`CREATE TABLE ${table} AS ${latestPerClient(found)}`);
  const [groups] = await session.row(sql`SELECT count(*) FROM ${table}`);
  const sources = found.flatMap((type) => type.sources);
  const types = found.map(({ type }) => type);
  const confirmed = isConfirmed(types, plain.atLeast);
  const alike = await countAlikeClients(session, run.rule, { table, id: sql`user_id`, keys: types.map(({ key }) => key), confirmed });
  return {
    table,
    groups: [{ name: 'user_id', column: sql`user_id` }],
    types: found.map(({ type: { name, key }, sources, tables }) => ({ name, key, sources, tables })),
    measures: [],
    carried: [],
    order: [],
    told: {
      groups: Number(groups),
      events: sources.reduce((sum, { clients }) => sum + (clients?.events ?? 0), 0),
      rule: { ...quietRule(run), alike },
    },
    kept: [],
    confirmed,
    undetermined: isUndetermined(types, plain.atLeast),
    missing: missingText(types),
  };
}
