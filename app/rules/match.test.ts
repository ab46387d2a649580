import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matches } from './match.ts';
import { parseRules } from './parse-rules.ts';
import type { RuleEvent } from './rule.ts';
import { matchesPattern, parsePattern } from './text-pattern.ts';

/** Whether an event with these values is picked by a detection with these selections. */
function picks(selections: string, fields: RuleEvent['fields'], condition = 's'): boolean {
  const text = `title: x\nlogsource: { category: c }\ndetection:\n  ${selections}\n  condition: ${condition}\n`;
  const { rules, problems } = parseRules([{ file: 'x.yml', text }], { accounts: ['svc_a', 'svc_b'] });
  expect(problems).toEqual([]);
  return matches(rules!.detections[0]!.test, fields);
}

describe('a field', () => {
  const yes: readonly (readonly [string, RuleEvent['fields']])[] = [
    ['f: Text', { f: 'tEXT' }],
    ['f: a*c', { f: 'abbc' }],
    ['f: a?c', { f: 'abc' }],
    ["f: 'a\\*c'", { f: 'a*c' }],
    ["f: 'a\\\\*'", { f: 'a\\bc' }],
    ["f: 'C:\\temp'", { f: 'c:\\TEMP' }],
    ['f: 4', { f: '4.0' }],
    ['f: 12345678901234567891', { f: '12345678901234567891' }],
    ['f: [a, b]', { f: 'b' }],
    ['f: null', { f: null }],
    ['f: null', {}],
    ["f: ''", { f: '' }],
    ['f: true', { f: true }],
    ['F_NAME: a', { f_name: 'a' }],
    ['f|contains: bb', { f: 'abbc' }],
    ['f|startswith: ab', { f: 'ABC' }],
    ['f|endswith: bc', { f: 'abc' }],
    ['f|contains|all: [a, c]', { f: 'abc' }],
    ['f|cased: Ab', { f: 'Ab' }],
    ['f|neq: a', { f: 'b' }],
    ['f|neq: a', { f: null }],
    ['f|neq: [a, b]', { f: 'c' }],
    ['f|exists: true', { f: '' }],
    ['f|exists: false', { f: null }],
    ['f|re: b+', { f: 'abbc' }],
    ['f|re|i: ^AB', { f: 'abc' }],
    ['f|gte: 10', { f: '10' }],
    ['f|lt: 10', { f: 9 }],
    ['f|cidr: 10.1.0.0/16', { f: '10.1.200.3' }],
    ['f|cidr: 2001:db8::/32', { f: '2001:db8:0:1::7' }],
    ['f|expand: "%accounts%"', { f: 'SVC_B' }],
    ['f|fieldref: g', { f: 'x', g: 'X' }],
    ['f|fieldref|startswith: g', { f: 'xyz', g: 'xy' }],
    ['f|hour: 22', { f: '2026-03-01T22:10:00.000000Z' }],
    ['f|hour|gte: 22', { f: '2026-03-02T00:30:00+01:00' }],
    ['f|week: 53', { f: '2027-01-01 00:00:00' }],
    ['f|week: 1', { f: '2026-01-01' }],
    ['f|minute: 10', { f: '2026-03-01 22:10:59.123456' }],
  ];
  it.each(yes)('%s matches %j', (test, fields) => {
    expect(picks(`s: { ${test} }`, fields)).toBe(true);
  });

  const no: readonly (readonly [string, RuleEvent['fields']])[] = [
    ['f: text', { f: 'a text' }],
    ['f: a?c', { f: 'ac' }],
    ["f: 'a\\*c'", { f: 'abc' }],
    ['f: null', { f: '' }],
    ["f: ''", { f: null }],
    ['f: 12345678901234567891', { f: '12345678901234567892' }],
    ['f|contains|all: [a, d]', { f: 'abc' }],
    ['f|cased: Ab', { f: 'ab' }],
    ['f|neq: [a, b]', { f: 'B' }],
    ['f|exists: true', { f: null }],
    ['f|re: ^AB', { f: 'abc' }],
    ['f|gte: 10', { f: '9.99' }],
    ['f|lt: 10', { f: 'nine' }],
    ['f|lt: 10', { f: null }],
    ['f|cidr: 10.1.0.0/16', { f: '10.2.0.1' }],
    ['f|cidr: 0.0.0.0/0', { f: '::1' }],
    ['f|fieldref: g', { f: 'x', g: null }],
    ['f|hour: 22', { f: 'last night' }],
    ['f: "%accounts%"', { f: 'svc_a' }],
  ];
  it.each(no)('%s does not match %j', (test, fields) => {
    expect(picks(`s: { ${test} }`, fields)).toBe(false);
  });
});

describe('selections', () => {
  it('are maps of which all must hold and lists of which one must', () => {
    expect(picks('s: { a: 1, b: 2 }', { a: 1, b: 3 })).toBe(false);
    expect(picks('s: [{ a: 1 }, { b: 2 }]', { a: 0, b: 2 })).toBe(true);
  });

  const three = 'x_a: { a: 1 }\n  x_b: { b: 1 }\n  _c: { c: 1 }';
  it.each<readonly [string, RuleEvent['fields'], boolean]>([
    ['1 of x_* or _c', { a: 1 }, true],
    ['all of x_* or _c', { a: 1 }, false],
    ['1 of them and not _c', { b: 1, c: 1 }, false],
    ['all of them or _c', { a: 1, b: 1 }, true],
    ['x_a or x_b and _c', { a: 1 }, true],
    ['(x_a or x_b) and _c', { a: 1 }, false],
    ['not x_a and x_b or _c', { b: 1 }, true],
    ['not (x_a or x_b) or _c', { b: 1 }, false],
    ['[x_a and _c, x_b]', { b: 1 }, true],
  ])('under %s with %j give %j', (condition, fields, expected) => {
    expect(picks(three, fields, condition)).toBe(expected);
  });
});

describe('a pattern', () => {
  it('matches what a regular expression of the same meaning matches', () => {
    const piece = fc.constantFrom('a', 'b', '*', '?', '.', '\\*', '\\\\');
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }),
        fc.array(fc.constantFrom('a', 'b', '*', '.', '\\'), { maxLength: 10 }),
        (parts, text) => {
          const source = parts
            .map((part) => (part === '*' ? '[^]*' : part === '?' ? '[^]' : `\\u{${(part.at(-1) ?? '').codePointAt(0)!.toString(16)}}`))
            .join('');
          // An escape before a plain letter would change its meaning; the pieces above leave none.
          const expected = new RegExp(`^${source}$`, 'u').test(text.join(''));
          expect(matchesPattern(parsePattern(parts.join('')), text.join(''), true)).toBe(expected);
        },
      ),
      { numRuns: 5000 },
    );
  });
});
