/** Every statement that counts or measures, with every comparison, around its figure: with all rows there, and with a source missing. */
import { describe, expect, it } from 'vitest';
import type { Comparison } from '../rules/rule.ts';
import { eventRows, type HarnessRun, missingSource } from '../testing/engine-harness.ts';
import { changeSources, email, engineForTests, password } from '../testing/engine-scene.ts';
import { configuredRule } from '../testing/sample-rule.ts';

const engine = engineForTests();

const detections = ['password', 'email']
  .map(
    (type) =>
      `---\ntitle: ${type}\nname: ${type}_change\nlogsource: { category: ${type} }\ndetection: { s: { user_id|exists: true }, condition: s }\n`,
  )
  .join('');
const rule = (body: string) =>
  configuredRule(
    `title: Tried\nname: tried\ncorrelation: { ${body}, rules: [password_change, email_change], group-by: [user_id], timespan: 24h }\n${detections}`,
  );

type Verdict = 'confirmed' | 'undetermined' | 'not found';

/** A run over these rows of `password`, evaluated with `email` answered by nothing, or missing. */
async function runOver(notes: readonly string[], isMissing: boolean): Promise<HarnessRun> {
  const run = await engine.openRun();
  for (const source of changeSources) {
    if (source === email && isMissing) continue;
    await run.attach(source, eventRows(source === password ? notes.map((note, at) => ['a', `2026-11-20 10:00:0${String(at)}`, note]) : []));
  }
  await engine.rpc.call('evaluate', { runId: run.plan.runId, missing: isMissing ? [missingSource(run.plan, email)] : [] });
  return run;
}

async function verdictOf(run: HarnessRun, body: string): Promise<Verdict> {
  const { confirmed, undetermined } = await engine.rpc.call('tryRule', { runId: run.plan.runId, rule: rule(body) });
  expect(confirmed.count + undetermined.count).toBeLessThanOrEqual(1);
  return confirmed.count === 1 ? 'confirmed' : undetermined.count === 1 ? 'undetermined' : 'not found';
}

const comparisons: Readonly<Record<Comparison, (figure: number, bound: number) => boolean>> = {
  gt: (figure, bound) => figure > bound,
  gte: (figure, bound) => figure >= bound,
  lt: (figure, bound) => figure < bound,
  lte: (figure, bound) => figure <= bound,
  eq: (figure, bound) => figure === bound,
  neq: (figure, bound) => figure !== bound,
};

/** Over four events with the numbers 1, 2, 2 and 7. */
const notes = ['1', '2', '2', '7'];
const statements: readonly (readonly [type: string, field: string, figure: number])[] = [
  ['event_count', '', 4],
  ['value_count', 'field: note, ', 3],
  ['value_sum', 'field: note, ', 12],
  ['value_avg', 'field: note, ', 3],
  ['value_percentile', 'field: note, percentile: 50, ', 2],
];

/** Each comparison with the figure itself, one less and one more; whether it holds. */
function* cases(): Generator<readonly [body: string, isCount: boolean, comparison: Comparison, holds: boolean]> {
  for (const [type, field, figure] of statements) {
    for (const [comparison, holds] of Object.entries(comparisons) as [Comparison, (figure: number, bound: number) => boolean][]) {
      for (const bound of [figure - 1, figure, figure + 1]) {
        const body = `type: ${type}, condition: { ${field}${comparison}: ${String(bound)} }`;
        yield [body, type.endsWith('count'), comparison, holds(figure, bound)];
      }
    }
  }
}

describe('a statement that counts or measures', () => {
  it('is true or false where every row is there, as its comparison says', async () => {
    const run = await runOver(notes, false);
    for (const [body, , , holds] of cases()) expect([body, await verdictOf(run, body)]).toEqual([body, holds ? 'confirmed' : 'not found']);
  });

  it('is true for good only where rows to come can but raise a count that is reached; else it is not known while a source is missing', async () => {
    const run = await runOver(notes, true);
    for (const [body, isCount, comparison, holds] of cases()) {
      const isReached = isCount && holds && (comparison === 'gt' || comparison === 'gte');
      expect([body, await verdictOf(run, body)]).toEqual([body, isReached ? 'confirmed' : 'undetermined']);
    }
  });

  it('holds only where all of its limits do', async () => {
    const run = await runOver(notes, false);
    for (const [type, field, figure] of statements) {
      const between = (from: number, to: number): string => `type: ${type}, condition: { ${field}gt: ${String(from)}, lt: ${String(to)} }`;
      expect(await verdictOf(run, between(figure - 1, figure + 1))).toBe('confirmed');
      expect(await verdictOf(run, between(figure - 1, figure))).toBe('not found');
      expect(await verdictOf(run, between(figure, figure + 1))).toBe('not found');
    }
  });

  it('does not hold of events without a number, whatever is asked of it', async () => {
    const run = await runOver(['none', 'x', ''], false);
    for (const [type, field] of statements.slice(2))
      for (const comparison of Object.keys(comparisons))
        expect(await verdictOf(run, `type: ${type}, condition: { ${field}${comparison}: 0 }`)).toBe('not found');
  });

  it('counts combinations of several fields, and none in which one has no value', async () => {
    const run = await runOver(['1', '1', '2'], false);
    const counting = (least: number): string => `type: value_count, condition: { field: [note, user_id], gte: ${String(least)} }`;
    expect([await verdictOf(run, counting(2)), await verdictOf(run, counting(3))]).toEqual(['confirmed', 'not found']);
    const absent = 'type: value_count, condition: { field: [note, town], gte: 1 }';
    expect(await verdictOf(run, absent)).toBe('not found');
  });
});
