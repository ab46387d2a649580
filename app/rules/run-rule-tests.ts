/** Runs the tests that stand inside rule files. */
import { instantFromMicros } from '../model/instant.ts';
import { evaluate } from './evaluate.ts';
import { coversLogsource } from './logsource.ts';
import type { Logsource, RuleSet, RuleTest } from './rule.ts';
import type { RuleVerdict } from './three-valued.ts';

/** How one test ended. */
export interface RuleTestResult {
  /** Key of the correlation. */
  readonly rule: string;
  readonly test: string;
  readonly file: string;
  /** Line of the test, counted from 1. */
  readonly line: number;
  /** What is not as expected, one sentence each; empty where the test passed. */
  readonly failures: readonly string[];
}

/** Runs the tests of a set, in the order of the files: all, or those of the correlations named. */
export function runRuleTests(rules: RuleSet, keys?: readonly string[]): readonly RuleTestResult[] {
  const wanted = rules.correlations.filter(({ key }) => keys?.includes(key) ?? true);
  return wanted.flatMap((rule) =>
    rule.tests.map((test) => ({
      rule: rule.key,
      test: test.name,
      file: rule.file,
      line: test.line,
      failures: failuresOf(rules, rule.key, test),
    })),
  );
}

/** Filters expire by the day of the test's own history, so that a test says the same tomorrow. */
function failuresOf(rules: RuleSet, key: string, test: RuleTest): readonly string[] {
  const last = test.at ?? test.events.reduce((latest, { time }) => (time > latest ? time : latest), 0n);
  const sourcesOf = (logsource: Logsource): readonly string[] =>
    rules.detections.filter((rule) => coversLogsource(logsource, rule.logsource)).map((rule) => rule.key);
  const range = test.at === undefined ? ({ kind: 'sliding' } as const) : ({ kind: 'anchored', at: test.at } as const);
  const { groups, others } = evaluate(
    { rules, events: test.events, sourcesOf, missing: test.missing, range, today: instantFromMicros(last).slice(0, 10) },
    key,
  );
  const failures: string[] = [];
  const check = (who: string, verdict: RuleVerdict, expected: string, sources?: readonly string[]): void => {
    const actual = verdict.kind === 'undetermined' ? verdict.sources : [];
    if (verdict.kind !== expected || (sources !== undefined && sources.join() !== actual.join())) {
      const wanted = sources === undefined || sources.length === 0 ? '' : ` (${sources.join(', ')})`;
      failures.push(`${who}: expected ${expected}${wanted}, found ${verdict.kind}${actual.length === 0 ? '' : ` (${actual.join(', ')})`}.`);
    }
  };
  const named = (group: readonly string[]): string => (group.length === 0 ? 'all events' : group.join(', '));
  const same = (a: readonly string[], b: readonly string[]): boolean => JSON.stringify(a) === JSON.stringify(b);
  for (const { group, verdict, sources } of test.expect) {
    check(named(group), groups.find((found) => same(found.group, group))?.verdict ?? others, verdict, sources);
  }
  for (const found of groups) {
    if (!test.expect.some(({ group }) => same(group, found.group))) check(named(found.group), found.verdict, test.others);
  }
  check('every other group', others, test.others);
  return failures;
}
