/** Which events a detection picks, as tables: a row an event, with the fields that the rules above it look at. */
import type { CorrelationRule, DetectionRule, FilterRule } from '../rules/rule.ts';
import type { AttachedSource } from './attached-source.ts';
import type { MicrosWindow } from './event-time.ts';
import type { RuleScratch } from './rule-scratch.ts';
import { fieldText, TestCompiler } from './rule-tests.ts';
import { detectionsOf, isExpired, type RunRule } from './run-rule.ts';
import { joinSql, ownName, type Sql, sql } from './sql.ts';
import { list } from './values.ts';

/** The hits of a detection or of an inner correlation. */
export interface RuleHits {
  /** `ev` (one number an event), `t` (microseconds since 1970), `f0`, `f1`, … (texts of the fields). */
  readonly relation: Sql;
  /** Their names; a field that is not among them is NULL. */
  readonly fields: readonly string[];
}

/** Events of one filter. */
export interface Suppressed {
  readonly filter: FilterRule;
  /** Relations with `ev` of the events that it takes out of one detection. */
  readonly relations: readonly Sql[];
}

/** What is looked at. */
export interface HitsInput {
  readonly run: RunRule;
  readonly answered: readonly AttachedSource[];
  /** Events outside of it do not count. */
  readonly window: MicrosWindow;
}

/** The column of the field at a place. */
export function fieldColumn(place: number): Sql {
  return ownName(`f${String(place)}`);
}

/** The hits of every detection of a rule, and what filters take out of them. */
export async function findHits(
  scratch: RuleScratch,
  { run, answered, window }: HitsInput,
): Promise<{ readonly hits: ReadonlyMap<string, RuleHits>; readonly suppressed: readonly Suppressed[] }> {
  const active = run.set.filters.filter((filter) => !isExpired(filter, run.today));
  const hits = new Map<string, RuleHits>();
  const suppressed = active.map((filter) => ({ filter, relations: [] as Sql[] }));
  const detections = detectionsOf(run, run.rule);
  scratch.session.steps?.begin('events', detections.length);
  for (const detection of detections) {
    const own = suppressed.filter(({ filter }) => filter.rules.includes(detection.key));
    const fields = fieldsOf(run, detection);
    const filters = own.map(({ filter }) => filter);
    const table = await pick(scratch, { run, answered, window }, { detection, fields, filters });
    const flags = own.map((_, place) => flagColumn(place));
    own.forEach(({ relations }, place) => relations.push(sql`(SELECT ev FROM ${table} WHERE ${flagColumn(place)})`));
    const relation = flags.length === 0 ? table : sql`(SELECT * FROM ${table} WHERE NOT (${joinSql(flags, sql` OR `)}))`;
    hits.set(detection.key, { relation, fields });
    scratch.session.steps?.partDone();
  }
  return { hits, suppressed: suppressed.filter(({ relations }) => relations.length > 0) };
}

interface Picked {
  readonly detection: DetectionRule;
  readonly fields: readonly string[];
  readonly filters: readonly FilterRule[];
}

async function pick(scratch: RuleScratch, { run, answered, window }: HitsInput, { detection, fields, filters }: Picked): Promise<Sql> {
  const ids = run.sourcesOf(detection.logsource);
  const pieces: Sql[] = [];
  for (const source of answered.filter(({ input }) => ids.includes(input.source) && input.roles !== undefined)) {
    const events = source.eventsIn(window);
    const compiler = new TestCompiler(scratch, source, events);
    const texts = fields.map((field, place) => sql`, ${fieldText(source, field)} AS ${fieldColumn(place)}`);
    const flags: Sql[] = [];
    for (const [place, filter] of filters.entries()) {
      const isAbout = run.sourcesOf(filter.logsource).includes(source.input.source);
      flags.push(sql`, ${isAbout ? await compiler.compile(filter.test) : sql`FALSE`} AS ${flagColumn(place)}`);
    }
    const test = await compiler.compile(detection.test);
    pieces.push(sql`SELECT place AS ev, micros AS t${joinSql([...texts, ...flags], sql``)} FROM ${events} AS event WHERE ${test}`);
  }
  const nothing = [
    sql`CAST(NULL AS BIGINT) AS ev`,
    sql`CAST(NULL AS BIGINT) AS t`,
    ...fields.map((_, place) => sql`CAST(NULL AS VARCHAR) AS ${fieldColumn(place)}`),
    ...filters.map((_, place) => sql`FALSE AS ${flagColumn(place)}`),
  ];
  return scratch.store('hits', joinSql(pieces, sql` UNION ALL `, sql`SELECT ${list(nothing)} WHERE FALSE`));
}

/** Names of the fields that some correlation reads of a detection's events. */
export function fieldsOf({ set }: RunRule, detection: DetectionRule): readonly string[] {
  const parents = set.correlations.filter((rule) => rule.rules.includes(detection.key));
  return [
    ...new Set(
      parents.flatMap((rule) => [...rule.groupBy.map(({ name, fieldOf }) => fieldOf[detection.key] ?? name), ...measuredFields(rule)]),
    ),
  ];
}

/** Names of the fields that a statement counts or measures. */
export function measuredFields({ statement }: CorrelationRule): readonly string[] {
  if (statement.kind === 'value_count') return statement.fields;
  return 'field' in statement ? [statement.field] : [];
}

function flagColumn(place: number): Sql {
  return ownName(`s${String(place)}`);
}
