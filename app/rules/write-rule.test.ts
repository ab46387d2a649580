import { describe, expect, it } from 'vitest';
import { parseRules } from './parse-rules.ts';
import { runRuleTests } from './run-rule-tests.ts';
import type { RuleSet } from './rule.ts';
import { textOfRule, writeRule } from './write-rule.ts';

const text = `title: Many
name: many
generate: true
correlation: { type: event_count, rules: [a], timespan: 7d, condition: { gte: 3, lte: 12345678901234567891 } }
cam_tests:
  - name: three on one day
    events:
      - { time: 2026-01-01T00:00:00Z, source: a, fields: { kind: 'yes', at: '22:30' } }
      - { time: 2026-01-01T00:00:01Z, source: a, fields: { kind: 'yes', at: '22:30' } }
      - { time: 2026-01-01T01:00:00+01:00, source: a, fields: { kind: 'YES', at: '22:30' } }
    expect: [{ verdict: confirmed }]
  - name: wrong on purpose
    events: []
    expect: [{ verdict: confirmed }]
---
title: A
name: a
date: 2026-01-01
logsource: { category: a }
detection: { selection: { kind: 'yes', at: '22:30' }, condition: selection }
---
title: Service accounts
name: service_accounts
logsource: { category: a }
cam_expires: 2026-12-31
filter: { rules: [a], selection: { by: 'svc*' }, condition: selection }
`;
const { rules, problems } = parseRules([{ file: 'x.yml', text }]);

/** Without what says where and how a document was written. */
function meaning(set: RuleSet): unknown {
  const bare = (list: readonly object[]): readonly object[] =>
    list.map((rule) => ({ ...rule, written: 0, text: 0, line: 0, file: 0, tests: 0, expires: 0 }));
  return [bare(set.detections), bare(set.correlations), bare(set.filters)];
}

describe('a rule written back', () => {
  it('means what it meant, with generate in both places and without keys of our own', () => {
    expect(problems).toEqual([]);
    const written = writeRule(rules!, 'many');
    const again = parseRules([{ file: 'y.yml', text: written.text }]);
    expect(again.problems).toEqual([]);
    expect(meaning(again.rules!)).toEqual(meaning(rules!));
    expect(written.text.match(/generate: true/g)).toHaveLength(2);
    expect(written.text).not.toContain('cam_');
    expect(written.text).toContain('12345678901234567891');
  });

  it('quotes what a reader of YAML 1.1 takes for something else than text', () => {
    const { text: file } = writeRule(rules!, 'many');
    expect(file).toMatch(/kind: ["']yes["']/);
    expect(file).toMatch(/at: ["']22:30["']/);
    expect(file).not.toContain('%YAML');
  });

  it('says where it is not portable', () => {
    const { warnings } = writeRule(rules!, 'many');
    expect(warnings.map((warning) => warning.slice(0, 60))).toEqual([
      expect.stringContaining('many: Not portable: without group-by'),
      expect.stringContaining('many: Not portable: pySigma takes one comparison'),
      expect.stringContaining('service_accounts: Here a filter takes out'),
      expect.stringContaining('service_accounts: Other tools know no expiry'),
    ]);
  });
});

describe('tests inside a rule file', () => {
  it('pass, or say what was expected and what was found', () => {
    expect(runRuleTests(rules!).map(({ test, line, failures }) => [test, line, failures])).toEqual([
      ['three on one day', 6, []],
      ['wrong on purpose', 12, ['all events: expected confirmed, found not found.']],
    ]);
  });
});

describe('the text of a rule', () => {
  it('is what its documents say letter by letter, tests and expiry too, and reads as the same rule', () => {
    const own = textOfRule(rules!, 'many');
    const again = parseRules([{ file: 'x.yml', text: own }]);
    expect(again.problems).toEqual([]);
    const place = (set: RuleSet): unknown =>
      [...set.detections, ...set.correlations, ...set.filters].map((rule) => ({
        ...rule,
        line: 0,
        ...('tests' in rule && { tests: rule.tests.length }),
      }));
    expect(place(again.rules!)).toEqual(place(rules!));
    expect(own).toContain("fields: { kind: 'YES', at: '22:30' }");
  });

  it('takes detections along that only a test or a filter names, and indented documents', () => {
    const document = `  title: One
  name: one
  correlation: { type: event_count, rules: [a], timespan: 1d, condition: { gte: 1 } }
  cam_tests: [{ name: t, missing: [b], events: [] }]
---
# what a is
title: A
name: a
logsource: { product: client_activity }
detection: { s: { x: 1.50 }, condition: s }
---
{ title: B, name: b, logsource: { product: client_activity }, detection: { s: { x: 1 }, condition: s } }
---
title: C
name: c
logsource: { product: client_activity }
detection: { s: { x: 1 }, condition: s }
---
title: F
logsource: { product: client_activity }
filter: { rules: [a, c], selection: { y: 1 }, condition: selection }
`;
    const first = parseRules([{ file: 'x.yml', text: document }]);
    expect(first.problems).toEqual([]);
    const again = parseRules([{ file: 'x.yml', text: textOfRule(first.rules!, 'one') }]);
    expect(again.problems).toEqual([]);
    expect(again.rules?.detections.map(({ key }) => key).sort()).toEqual(['a', 'b', 'c']);
    expect(again.rules?.detections.find(({ key }) => key === 'a')?.test).toEqual(first.rules?.detections[0]?.test);
  });
});
