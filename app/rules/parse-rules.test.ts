import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRules } from './parse-rules.ts';
import { parseTimespan } from './timespan.ts';

const detections = `---
title: A
name: a
id: 6f1c0a52-2b0c-4f5e-9a41-2f7a52b0c00a
logsource: { product: client_activity, category: a }
detection: { selection: { kind: a }, condition: selection }
---
title: B
name: b
logsource: { category: b }
detection: { selection: { kind: b }, condition: selection }
`;

function parse(text: string) {
  return parseRules([{ file: 'rules.yml', text: text + detections }]);
}

/** Everything that is said of a correlation with this body, without the action. */
function said(body: string, more = ''): string {
  const { problems } = parse(`title: C\nname: c\n${more}correlation:\n  ${body.replaceAll('\n', '\n  ')}\n`);
  return problems.map(({ line, key, message }) => `${String(line)} ${key}: ${message}`).join('\n');
}

const plain = 'type: temporal\nrules: [a, b]\ngroup-by: [u]\ntimespan: 24h';
const counting = 'type: event_count\nrules: [a]\ngroup-by: [u]\ntimespan: 24h';

describe('what is refused, by name and place', () => {
  it.each([
    ['an unknown key', `${plain}\nwindow: 5m`, 'The key "window" is not known here.'],
    ['an unknown type', plain.replace('temporal', 'value_median'), 'The type "value_median" is not supported.'],
    ['no rules', plain.replace('[a, b]', '[]'), 'A list with at least one text is needed here.'],
    ['the same rule twice', plain.replace('[a, b]', '[a, a]'), '"a" stands twice in the list.'],
    ['the same rule by name and id', plain.replace('[a, b]', '[a, 6f1c0a52-2b0c-4f5e-9a41-2f7a52b0c00a]'), 'A rule is listed twice'],
    ['a rule that is not there', plain.replace('[a, b]', '[a, z]'), 'There is no rule "z".'],
    ['itself', plain.replace('[a, b]', '[a, c]'), 'The correlation refers to itself'],
    ['more than can match', `${plain}\ncondition: { gte: 3 }`, 'Only 2 rules are listed, so this can never hold.'],
    ['a count without a condition', counting, 'The correlation has no condition.'],
    ['a count of halves', `${counting}\ncondition: { gt: 1.5 }`, 'A count is a whole number from 0.'],
    ['an unknown comparison', `${counting}\ncondition: { above: 1 }`, 'The key "above" is not known here.'],
    ['a distinct count of nothing', `${counting.replace('event', 'value')}\ncondition: { gt: 1 }`, 'It is not said which field'],
    ['a field where none is counted', `${counting}\ncondition: { gt: 1, field: x }`, 'The key "field" is not known here.'],
    ['words in a count', `${counting}\ncondition: a and b`, 'Only temporal correlations have a condition of words.'],
    ['an unknown name in words', `${plain}\ncondition: a and z`, '"z" does not exist or is not among the rules listed.'],
    ['a rule that words leave out', `${plain}\ncondition: a`, 'The rule "b" is listed but not used.'],
    ['a word in capitals', `${plain}\ncondition: a AND b`, '"AND" stands where'],
    ['an open bracket', `${plain}\ncondition: (a or b`, 'A bracket is not closed.'],
    ['a number of names', `${plain}\ncondition: 1 of a*`, 'are not used in the condition of a correlation'],
    ['an alias of a stranger', `${plain}\naliases: { u: { z: x } }`, '"z" is not among the rules listed.'],
    ['an alias with a gap', `${plain}\naliases: { u: { a: x } }`, 'The alias "u" names no field of "b".'],
    [
      'a percentile over 100',
      `${counting.replace('event_count', 'value_percentile')}\ncondition: { field: x, percentile: 101, gt: 1 }`,
      'between 0 and 100',
    ],
    ['two values of generate', `${plain}\ngenerate: false`, '"generate" stands here twice', 'generate: true\n'],
  ])('%s', (_name, body, message, more = '') => {
    expect(said(body, more)).toContain(message);
  });

  it.each(['1M', '1y', '0h', '-5m', '1.5h', '1h30m', '1H', '24', 'h', '', '9999999d', '1 h'])('the time span %j', (span) => {
    expect(typeof parseTimespan(span)).toBe('string');
    expect(said(plain.replace('24h', `'${span}'`))).toContain('correlation.timespan');
  });

  it.each([
    ['a modifier nobody knows', 'selection: { f|base64: x }', 'The modifier "base64" is not supported.'],
    ['modifiers that do not go together', 'selection: { f|re|cased: x }', 'does not go with the others'],
    ['two places at once', 'selection: { f|contains|endswith: x }', 'contradict each other'],
    ['words without a field', 'selection: [one, two]', 'keyword search'],
    ['a placeholder without a value', "selection: { f|expand: '%nobody%' }", 'The placeholder %nobody% has no value.'],
    ['look-ahead', "selection: { f|re: 'a(?=b)' }", 'Look-around'],
    ['a broken pattern', "selection: { f|re: '(' }", 'This is not a regular expression.'],
    ['a broken network', 'selection: { f|cidr: 10.0.0.0/33 }', 'is not a network'],
    ['text for a number', 'selection: { f|gt: ten }', 'A number is needed here.'],
    ['counting after a bar', 'selection: { f: x }', 'a correlation counts', 'selection | count() > 5'],
    ['a selection that is not there', 'selection: { f: x }', 'There is no selection "other".', 'other'],
    ['a number of selections', 'selection: { f: x }', '"2 of" is not supported', '2 of them'],
    ['timeframe', 'selection: { f: x }\n  timeframe: 5m', '"timeframe" is not part of this format any more.'],
  ])('in a detection: %s', (_name, selection, message, condition = 'selection') => {
    const { problems } = parse(`title: X\nlogsource: { category: x }\ndetection:\n  ${selection}\n  condition: ${condition}\n`);
    expect(problems.map((problem) => problem.message).join()).toContain(message);
  });

  it.each([
    ['a misspelled key of our own', 'title: X\ncam_test: []\ncorrelation: {}\n', 'The key "cam_test" is not known here.'],
    ['a document of no kind', 'title: X\n', 'It cannot be told what kind of rule this is.'],
    ['a document of two kinds', 'title: X\ndetection: {}\ncorrelation: {}\n', 'at once'],
    ['a name that is taken', 'title: X\nname: a\ncorrelation: {}\n', 'Another rule is called "a" (rules.yml, line 1'],
    ['a day that is none', 'title: X\ndate: 2026-02-30\ncorrelation: {}\n', 'This is not a day.'],
    ['an alias of YAML', 'title: &t X\nname: *t\ncorrelation: {}\n', 'Anchors (&name)'],
    ['broken YAML', 'title: "X\n', 'This is not valid YAML'],
    [
      'a filter for a correlation',
      'title: X\nlogsource: { category: a }\nfilter: { rules: [X], s: { a: 1 }, condition: s }\n',
      '"X" is a filter.',
    ],
    [
      'a filter for any rule',
      'title: X\nlogsource: { category: a }\nfilter: { rules: any, s: { a: 1 }, condition: s }\n',
      'A filter for any rule',
    ],
  ])('in a document: %s', (_name, text, message) => {
    const { problems } = parse(text);
    expect(problems.map((problem) => problem.message).join()).toContain(message);
  });

  it('a field that an inner correlation does not have', () => {
    const inner = `title: I\nname: i\ncorrelation: { type: temporal, rules: [a, b], group-by: [u], timespan: 1h }\n---\n`;
    const outer = `title: O\ncorrelation: { type: temporal, rules: [i, a], group-by: [ip], timespan: 1h }\n`;
    expect(parse(inner + outer).problems.map(({ message }) => message)).toEqual(['The matches of "i" have no field "ip".']);
  });

  it('a circle over two correlations, on both', () => {
    const body = (name: string, other: string): string =>
      `title: ${name}\nname: ${name}\ncorrelation: { type: temporal, rules: [a, ${other}], group-by: [u], timespan: 1h }\n---\n`;
    const { problems } = parse(body('x', 'y') + body('y', 'x'));
    expect(problems.map(({ key, message }) => `${key} ${message.slice(0, 32)}`)).toContain(
      'correlation.rules The correlation refers to itself',
    );
  });
});

describe('a problem', () => {
  it('has file, line, column, key, message and what to do', () => {
    expect(parse(`title: C\ncorrelation:\n  ${plain.replaceAll('\n', '\n  ')}\n  window: 5m\n`).problems).toEqual([
      {
        file: 'rules.yml',
        line: 7,
        column: 11,
        key: 'correlation.window',
        message: 'The key "window" is not known here.',
        action: 'Take it out, or write one of type, rules, group-by, timespan, condition, aliases, generate.',
      },
    ]);
  });

  it('is all there is of any text that is no rule: nothing is thrown', () => {
    const line = fc.constantFrom(
      'title: x',
      'correlation:',
      '  type: temporal',
      '  rules: [a, b]',
      '---',
      ' - x',
      '? y',
      'detection: [',
      '  a|re: "("',
      '{',
      '}',
      '!!t x',
      '  condition: (',
      'cam_tests:',
      ' - at: 5',
      '',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.string({ maxLength: 8 })), { maxLength: 14 }), (lines) => {
        const { rules, problems } = parseRules([{ file: 'x.yml', text: lines.join('\n') }]);
        expect(rules === undefined).toBe(problems.length > 0);
        expect(problems.every(({ line: at, column }) => at >= 1 && column >= 1)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('what is read', () => {
  it('takes a correlation by words without a list of rules, and says that it is not portable', () => {
    const { rules, warnings } = parse('title: C\ncorrelation: { type: temporal, condition: a and not b, group-by: [u], timespan: 1w }\n');
    expect(rules?.correlations[0]).toMatchObject({ rules: ['a', 'b'], timespanMicros: 604_800_000_000n });
    expect(warnings.map(({ message }) => message)).toEqual(['Not portable: a condition of words is not in specification 2.1.0.']);
  });

  it('takes generate in either place', () => {
    for (const [top, inside] of [
      ['generate: true\n', ''],
      ['', ', generate: true'],
    ]) {
      const { rules } = parse(`title: C\n${top!}correlation: { type: temporal, rules: [a, b], group-by: [u], timespan: 1h${inside!} }\n`);
      expect(rules?.correlations[0]?.generate).toBe(true);
    }
  });

  it('warns of a missing group-by, of two comparisons and of a fraction', () => {
    const { rules, warnings } = parse(
      'title: C\ncorrelation: { type: value_avg, rules: [a], timespan: 1h, condition: { field: x, gt: 1.5, lte: 5 } }\n',
    );
    expect(rules?.correlations[0]?.statement).toMatchObject({
      limits: [
        { comparison: 'gt', value: '1.5' },
        { comparison: 'lte', value: '5' },
      ],
    });
    expect(warnings).toHaveLength(3);
  });

  it('resolves aliases per rule', () => {
    const { rules } = parse(
      'title: C\ncorrelation: { type: temporal, rules: [a, b], group-by: [u], timespan: 1h, aliases: { u: { a: X, b: Y } } }\n',
    );
    expect(rules?.correlations[0]?.groupBy).toEqual([{ name: 'u', fieldOf: { a: 'X', b: 'Y' } }]);
  });
});
