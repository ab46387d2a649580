/** The rule in SQL against the rule in plain TypeScript, over random histories and every way in which sources can be missing. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { microsOfInstant } from '../model/instant.ts';
import type { PlannedSource, RunPlan } from '../model/plan.ts';
import type { Cell } from '../model/table.ts';
import { samplePlan } from '../testing/builders.ts';
import { type EngineHarness, eventRows, type HarnessRun, startEngineHarness } from '../testing/engine-harness.ts';

let engine: EngineHarness;
let runs = 0;

beforeAll(async () => {
  engine = await startEngineHarness();
});
afterAll(async () => {
  await engine.close();
});

interface Event {
  readonly id: string | null;
  /** Microseconds since 1970-01-01 UTC. */
  readonly micros: bigint | null;
}

/** Events of each source, in the order of the plan's sources. */
type History = readonly (readonly Event[])[];

const types = ['password', 'email', 'phone', 'token'];
const window = samplePlan().window;
const from = microsOfInstant(window.from);
const to = microsOfInstant(window.to);

/** Six sources on three databases: two types have two sources, on different databases and on the same. */
function planOf(): RunPlan {
  const base = samplePlan(1);
  const source = (database: string, query: string, changeType: string): PlannedSource => ({
    ...base.sources[0]!,
    id: `${database}/${query}`,
    database,
    query,
    changeType,
  });
  const sources = [
    source('c', 'tokens', 'token'),
    source('a', 'emails', 'email'),
    source('b', 'passwords', 'password'),
    source('a', 'phones', 'phone'),
    source('b', 'tokens', 'token'),
    source('a', 'more emails', 'email'),
  ];
  const databases = ['a', 'b', 'c'].map((name) => ({ ...base.databases[0]!, name }));
  return { ...base, runId: `run-${String(++runs)}`, sources, databases };
}

interface Shown {
  readonly micros: bigint;
  readonly database: string;
  readonly note: string;
}

interface Verdict {
  readonly verdict: 'confirmed' | 'undetermined';
  readonly shown: ReadonlyMap<string, Shown>;
  readonly missing: readonly string[];
}

/** The default rule, said as plainly as it can be. */
function referenceVerdicts(plan: RunPlan, history: History, missing: ReadonlySet<string>): Map<string, Verdict> {
  const order = plan.databases.map((database) => database.name);
  const answered = plan.sources
    .map((source, place) => ({ source, events: history[place] ?? [] }))
    .filter(({ source }) => !missing.has(source.id));
  answered.sort((a, b) => order.indexOf(a.source.database) - order.indexOf(b.source.database));
  const clients = new Map<string, Map<string, Shown>>();
  for (const { source, events } of answered) {
    for (const [row, { id, micros }] of events.entries()) {
      if (id === null || micros === null || micros < from || micros > to) continue;
      const shown = clients.get(id) ?? new Map<string, Shown>();
      clients.set(id, shown);
      const type = source.changeType ?? '';
      const best = shown.get(type);
      if (best === undefined || micros > best.micros) shown.set(type, { micros, database: source.database, note: noteOf(source, row) });
    }
  }
  const missingOf = (type: string): string[] =>
    plan.sources.filter((source) => source.changeType === type && missing.has(source.id)).map(({ id }) => id);
  const verdicts = new Map<string, Verdict>();
  for (const [id, shown] of clients) {
    const absent = types.filter((type) => !shown.has(type));
    const present = types.filter((type) => shown.has(type));
    const names = [...absent, ...present].flatMap(missingOf);
    if (absent.length === 0) verdicts.set(id, { verdict: 'confirmed', shown, missing: names });
    else if (absent.every((type) => missingOf(type).length > 0)) verdicts.set(id, { verdict: 'undetermined', shown, missing: names });
  }
  return verdicts;
}

function noteOf(source: PlannedSource, row: number): string {
  return `${source.id} row ${String(row)}`;
}

/** The verdicts as the engine's tables show them. */
async function shownVerdicts(run: HarnessRun): Promise<Map<string, Verdict>> {
  const rows = [...(await run.table('confirmed')), ...(await run.table('undetermined'))];
  return new Map(rows.map((row) => [row.user_id ?? '', verdictOf(row)]));
}

function verdictOf(row: Record<string, Cell>): Verdict {
  const shown = types.flatMap((type): [string, Shown][] => {
    const time = row[`${type}_change_time`];
    if (time == null) return [];
    return [[type, { micros: microsOfInstant(time), database: row[`${type}_source_db`] ?? '', note: row[`${type}_note`] ?? '' }]];
  });
  const missing = row.missing_sources == null ? [] : row.missing_sources.split('; ');
  return { verdict: row.verdict as Verdict['verdict'], shown: new Map(shown), missing };
}

async function attach(run: HarnessRun, history: History): Promise<void> {
  for (const [place, source] of run.plan.sources.entries()) {
    const events = history[place] ?? [];
    const rows = events.map(({ id, micros }, row): [Cell, bigint | null, string] => [id, micros, noteOf(source, row)]);
    const { columns, parts } = eventRows(rows);
    // Where there are several rows they come in two parts.
    const split = parts.flatMap((part) => (part.length < 2 ? [part] : [part.slice(0, 1), part.slice(1)]));
    const micros = columns.map((column) => (column.kind === 'timestamp' ? { ...column, encoding: 'micros' as const } : column));
    await run.attach(source.id, { columns: micros, parts: split });
  }
}

const times = fc.oneof(
  fc.constantFrom(from - 1n, from, from + 1n, to - 1n, to, to + 1n, null),
  fc.bigInt({ min: from, max: to }),
  fc.bigInt({ min: from, max: from + 3n }),
);
const ids = fc.constantFrom('1', '2', '10', '007', 'x', '', ' ', null);
const histories = fc.array(fc.array(fc.record({ id: ids, micros: times }), { maxLength: 12 }), { minLength: 6, maxLength: 6 });

describe('the default rule', () => {
  it('shows what the plain rule shows, for random histories and every subset of missing sources', async () => {
    await fc.assert(
      fc.asyncProperty(histories, fc.subarray([0, 1, 2, 3, 4, 5]), async (history, absent) => {
        const run = await engine.open(planOf());
        await attach(run, history);
        const missing = absent.map((place) => run.plan.sources[place]!.id);
        const summary = await run.evaluate(missing);
        const expected = referenceVerdicts(run.plan, history, new Set(missing));
        const shown = await shownVerdicts(run);
        expect(shown).toEqual(expected);
        const verdicts = [...expected.values()].map(({ verdict }) => verdict);
        expect(summary.confirmed).toBe(verdicts.filter((verdict) => verdict === 'confirmed').length);
        expect(summary.undetermined).toBe(verdicts.filter((verdict) => verdict === 'undetermined').length);
        await engine.rpc.call('close', { runId: run.plan.runId });
      }),
      { numRuns: 60 },
    );
  });

  it('never takes a verdict back: with all 64 subsets missing, who is confirmed stays so and who is not listed never appears later', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const run = await engine.open(planOf());
        await attach(run, history);
        await run.evaluate();
        const final = new Set((await run.table('confirmed')).map((row) => row.user_id));
        for (let subset = 1; subset < 64; subset++) {
          const missing = run.plan.sources.filter((_, place) => (subset >> place) % 2 === 1).map(({ id }) => id);
          await run.evaluate(missing);
          const confirmed = (await run.table('confirmed')).map((row) => row.user_id);
          const undetermined = (await run.table('undetermined')).map((row) => row.user_id);
          expect(confirmed.filter((id) => !final.has(id))).toEqual([]);
          // Whoever has an event in what is there and is confirmed in the end was at least undetermined.
          const seen = seenClients(run.plan, history, new Set(missing));
          expect([...final].filter((id) => seen.has(id) && !confirmed.includes(id) && !undetermined.includes(id))).toEqual([]);
        }
        await engine.rpc.call('close', { runId: run.plan.runId });
      }),
      { numRuns: 4 },
    );
  });
});

function seenClients(plan: RunPlan, history: History, missing: ReadonlySet<string>): Set<Cell | undefined> {
  const events = plan.sources.flatMap((source, place) => (missing.has(source.id) ? [] : (history[place] ?? [])));
  return new Set(events.filter(({ micros }) => micros !== null && micros >= from && micros <= to).map(({ id }) => id));
}
