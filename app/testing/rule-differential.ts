/**
 * Rules in SQL against their plain reference: random histories, many in one table, each with clients of its own, evaluated for
 * every kind of rule, every subset of missing sources and several ranges of time.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../base/clock.ts';
import { AttachedSource } from '../engine/attached-source.ts';
import { Duck, type DuckSession } from '../engine/duck.ts';
import { decidingColumn, evaluateRule, type RuleEvaluation } from '../engine/rule-evaluation.ts';
import { RuleScratch } from '../engine/rule-scratch.ts';
import type { RunRule } from '../engine/run-rule.ts';
import { ownName, type Sql, sql } from '../engine/sql.ts';
import type { Column } from '../model/column.ts';
import { evaluate, type Evaluation } from '../rules/evaluate.ts';
import type { CorrelationRule, RuleEvent, RuleSet } from '../rules/rule.ts';
import { createParquetSpools } from '../spool/parquet-spool.ts';
import { casesOf, type DrawnCase, generator } from './rule-cases.ts';
import { differentialRules, differentialSources, type Random, randomEvent } from './rule-histories.ts';

/** How much is compared. */
export interface DifferentialInput {
  readonly seed: number;
  /** In one table. */
  readonly histories: number;
  /** How many (rule, missing sources, range) are drawn; absent: a sixth of the kinds of rules with every subset of missing sources. */
  readonly draws?: number;
  /** Where in the list of rules the draws begin, so that many small calls come by all of them. */
  readonly firstRule?: number;
}

/** What came of it. */
export interface DifferentialResult {
  /** Histories judged by both: (history, rule, missing sources, range). */
  readonly compared: number;
  readonly confirmed: number;
  readonly undetermined: number;
  /** Each described, so that it can be told again; the first hundred. */
  readonly disagreements: readonly string[];
}

const hour = 3_600_000_000n;
const today = '2026-01-01';
const columns: readonly Column[] = [
  { name: 'USER_ID', kind: 'text' },
  { name: 'change_date', kind: 'instant', encoding: 'micros' },
  ...['history', 'kind', 'value', 'note', 'Other', 'ip', 'seen'].map((name) => ({ name, kind: 'text' as const })),
];

/** Draws histories and compares. */
export function compareWithReference({ seed, histories, draws, firstRule = 0 }: DifferentialInput): Promise<DifferentialResult> {
  return overHistories(seed, histories, async ({ session, sources, rules, events, random }) => {
    const result = { compared: 0, confirmed: 0, undetermined: 0, disagreements: [] as string[] };
    for (const drawn of casesOf(rules, random, draws, firstRule)) {
      const found = await judgedBySql(session, rules, drawn, sources);
      compareCase({ rules, drawn, events, found, seed }, result);
    }
    return result;
  });
}

/** Judges with missing sources and without: a verdict that is definite with some missing must be the one without. */
export function definiteVerdictsThatChange({ seed, histories, draws = 100 }: DifferentialInput): Promise<{
  readonly definite: number;
  readonly undetermined: number;
  readonly changed: readonly string[];
}> {
  return overHistories(seed, histories, async ({ session, sources, rules, random }) => {
    const result = { definite: 0, undetermined: 0, changed: [] as string[] };
    for (const drawn of casesOf(rules, random, draws)) {
      const partly = await judgedBySql(session, rules, drawn, sources);
      const complete = await judgedBySql(session, rules, { ...drawn, missing: [], partial: [] }, sources);
      const { others } = partly.evaluation;
      for (const [group, verdict] of complete.verdicts) {
        // A group whose events are all in missing sources is among the others.
        const told = partly.verdicts.get(group) ?? others.kind;
        if (told.startsWith('undetermined')) result.undetermined += 1;
        else result.definite += 1;
        // What no source of the run tells about is open even when all have answered.
        const isOpen = verdict.startsWith('undetermined');
        if (!told.startsWith('undetermined') && !isOpen && told !== verdict) {
          result.changed.push(`${drawn.rule.key}, missing ${drawn.missing.join()}: ${group} was ${told}, is ${verdict}`);
        }
      }
    }
    return result;
  });
}

interface Scene {
  readonly session: DuckSession;
  readonly sources: readonly AttachedSource[];
  readonly rules: RuleSet;
  readonly events: readonly (readonly RuleEvent[])[];
  readonly random: Random;
}

async function overHistories<T>(seed: number, histories: number, work: (scene: Scene) => Promise<T>): Promise<T> {
  const random = generator(seed);
  const rules = differentialRules();
  const events = Array.from({ length: histories }, (_, history) =>
    Array.from({ length: Math.floor(random() * 13) }, () => randomEvent(random, history)),
  );
  const directory = await mkdtemp(join(tmpdir(), 'cam-rules-'));
  const duck = await Duck.open({ directory, memoryLimitMb: 800, threads: 2, clock: systemClock });
  try {
    return await duck.session(new AbortController().signal, async (session) => {
      const sources = await attach(session, directory, events.flat());
      return work({ session, sources, rules, events, random });
    });
  } finally {
    await duck.close();
    await rm(directory, { recursive: true, force: true });
  }
}

async function attach(session: DuckSession, directory: string, events: readonly RuleEvent[]): Promise<readonly AttachedSource[]> {
  const sources: AttachedSource[] = [];
  for (const [rank, { id }] of differentialSources.entries()) {
    const own = events.filter(({ source }) => source === id);
    const spool = await createParquetSpools().create(join(directory, `rows-${id}`), columns);
    const values = columns.map(({ name }) => own.map(({ time, fields }) => (name === 'change_date' ? time : (fields[name] ?? null))));
    if (own.length > 0) await spool.append({ rowCount: own.length, columns: values });
    const { files } = await spool.commit();
    const roles = { user: 'USER_ID', time: 'change_date' };
    const input = { runId: 'run', source: id, files, columns, roles, zone: 'UTC', idNormaliser: 'exact' as const };
    const table = ownName(`attached_${id}`);
    sources.push(await AttachedSource.read(session, input, rank, { from: 0n, to: 100n * hour }, { table, drop: () => Promise.resolve() }));
  }
  return sources;
}

/** What SQL says, by group: `kind sources`, and the ends of the windows that hold. */
interface Judged {
  readonly verdicts: ReadonlyMap<string, string>;
  readonly matches: ReadonlyMap<string, readonly bigint[]>;
  readonly evaluation: RuleEvaluation;
}

let tables = 0;

async function judgedBySql(
  session: DuckSession,
  set: RuleSet,
  { rule, missing, partial, range }: DrawnCase,
  sources: readonly AttachedSource[],
): Promise<Judged> {
  const run: RunRule = { set, rule, sourcesOf: ({ category }) => sourcesOf(category), today };
  const scratch = new RuleScratch(session, (kind) => ownName(`${kind}_${String(tables++)}`));
  try {
    const evaluation = await evaluateRule(scratch, {
      run,
      answered: sources.filter(({ input }) => !missing.includes(input.source) || partial.includes(input.source)),
      missing: new Set(missing),
      window: range.kind === 'anchored' ? { from: range.at - rule.timespanMicros, to: range.at } : range,
      kind: range.kind,
    });
    const group = groupText(rule);
    const deciding = rule.rules.map((_, at) => sql`, ${decidingColumn(at)}`).reduce((all, next) => sql`${all}${next}`, sql``);
    const rows = await session.rows(sql`SELECT ${group}, confirmed, undetermined${deciding} FROM ${evaluation.groups}`);
    const verdicts = new Map(
      rows.map(([key, confirmed, undetermined, ...flags]) => {
        const open = [...new Set(flags.flatMap((flag, at) => (flag === true ? (evaluation.open[at] ?? []) : [])))].sort();
        return [String(key), confirmed === true ? 'confirmed' : undetermined === true ? `undetermined ${open.join()}` : 'not found'];
      }),
    );
    const ends =
      evaluation.matches === undefined ? [] : await session.rows(sql`SELECT ${group}, ended_at FROM ${evaluation.matches} ORDER BY 2`);
    const matches = new Map<string, bigint[]>();
    for (const [key, end] of ends) matches.set(String(key), [...(matches.get(String(key)) ?? []), BigInt(String(end))]);
    return { verdicts, matches, evaluation };
  } finally {
    await scratch.drop();
  }
}

function groupText(rule: CorrelationRule): Sql {
  if (rule.groupBy.length === 0) return sql`''`;
  const columnsOfGroup = rule.groupBy.map((_, place) => ownName(`g${String(place)}`)).reduce((all, next) => sql`${all}, ${next}`);
  return sql`CAST(to_json([${columnsOfGroup}]) AS VARCHAR)`;
}

function sourcesOf(category: string | undefined): readonly string[] {
  return differentialSources.filter((source) => category === undefined || source.category === category).map(({ id }) => id);
}

interface Compared {
  readonly rules: RuleSet;
  readonly drawn: DrawnCase;
  readonly events: readonly (readonly RuleEvent[])[];
  readonly found: Judged;
  readonly seed: number;
}

interface Tally {
  compared: number;
  confirmed: number;
  undetermined: number;
  disagreements: string[];
}

function compareCase({ rules, drawn, events, found, seed }: Compared, result: Tally): void {
  const { rule, missing, partial, range } = drawn;
  let groups = 0;
  let skipped = 0;
  const suppressed = new Map<string, number>();
  const disagree = (what: string, own: readonly RuleEvent[]): void => {
    if (result.disagreements.length >= 100) return;
    const shown = own.map(({ time, source, fields }) => `${source}@${String(time)} ${JSON.stringify(fields)}`).join('\n  ');
    const where = range.kind === 'anchored' ? `T=${String(range.at)}` : `${String(range.from)}…${String(range.to)}`;
    result.disagreements.push(
      `seed ${String(seed)}, ${rule.key} (${rule.title}), missing ${missing.join()} (in part ${partial.join()}), ${where}: ${what}\n  ${shown}`,
    );
  };
  const together = rule.groupBy.length === 0 ? [events.flat()] : events;
  for (const own of together) {
    const expected = reference(rules, drawn, own);
    result.compared += 1;
    groups += expected.groups.length;
    skipped += expected.skipped;
    for (const { filter, events: count } of expected.suppressed) suppressed.set(filter, (suppressed.get(filter) ?? 0) + count);
    for (const { group, verdict, matches } of expected.groups) {
      const key = group.length === 0 ? '' : JSON.stringify(group);
      const told = verdict.kind === 'undetermined' ? `undetermined ${verdict.sources.join()}` : verdict.kind;
      if (verdict.kind === 'confirmed') result.confirmed += 1;
      if (verdict.kind === 'undetermined') result.undetermined += 1;
      if (found.verdicts.get(key) !== told) disagree(`${key}: reference ${told}, SQL ${String(found.verdicts.get(key))}`, own);
      const ends = range.kind === 'anchored' ? [] : matches.map(({ to }) => to);
      if (ends.join() !== (found.matches.get(key) ?? []).join()) {
        disagree(`${key}: windows end at ${ends.join()}, in SQL at ${(found.matches.get(key) ?? []).join()}`, own);
      }
    }
    const others = JSON.stringify(expected.others);
    if (others !== JSON.stringify(found.evaluation.others))
      disagree(`others: ${others}, SQL ${JSON.stringify(found.evaluation.others)}`, own);
  }
  const counts = [groups, skipped, ...[...suppressed].map(([filter, count]) => `${filter}:${String(count)}`).sort()].join();
  const { evaluation } = found;
  const own = [
    found.verdicts.size,
    evaluation.skipped,
    ...evaluation.suppressed.map(({ filter, events: count }) => `${filter.key}:${String(count)}`).sort(),
  ];
  if (counts !== own.join()) disagree(`groups, skipped, suppressed: ${counts}, SQL ${own.join()}`, []);
}

/** A source that answered in part has rows that count, and may have more: so the reference sees it as two sources. */
function reference(rules: RuleSet, { rule, missing, partial, range }: DrawnCase, events: readonly RuleEvent[]): Evaluation {
  const known = (id: string): string => `${id} (known)`;
  return evaluate(
    {
      rules,
      events: events.map((event) => (partial.includes(event.source) ? { ...event, source: known(event.source) } : event)),
      sourcesOf: ({ category }) => sourcesOf(category).flatMap((id) => (partial.includes(id) ? [id, known(id)] : [id])),
      missing,
      range,
      today,
    },
    rule.key,
  );
}
