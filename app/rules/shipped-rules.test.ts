import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultChangeTypes } from '../model/change-type.ts';
import { evaluate } from './evaluate.ts';
import { sourcesOfLogsource } from './logsource.ts';
import { parseRules } from './parse-rules.ts';
import type { RuleEvent } from './rule.ts';
import { runRuleTests } from './run-rule-tests.ts';

const folder = new URL('../../config/rules/', import.meta.url);
const files = readdirSync(folder)
  .filter((file) => file.endsWith('.yml'))
  .map((file) => ({ file, text: readFileSync(new URL(file, folder), 'utf8') }));
const parsed = parseRules(files);

describe('the shipped rules', () => {
  it('are read without a problem or a warning', () => {
    expect([parsed.problems, parsed.warnings]).toEqual([[], []]);
    expect(parsed.rules?.correlations.map((rule) => rule.key)).toEqual(['ato_all_four', 'ato_three_of_four']);
  });

  it('pass their own tests, of which each has some', () => {
    const results = runRuleTests(parsed.rules!);
    expect(results.filter((result) => result.failures.length > 0)).toEqual([]);
    expect(new Set(results.map((result) => result.rule)).size).toBe(2);
  });
});

describe('the default rule', () => {
  const hour = 3_600_000_000n;
  const at = 1_774_785_600_000_000n;
  const sources = defaultChangeTypes.map((changeType) => ({ source: `db/${changeType}`, database: 'db', changeType }));
  const history = fc.array(
    fc.record({
      user: fc.constantFrom('a', 'b', 'c', '', null),
      type: fc.constantFrom(...defaultChangeTypes),
      offset: fc.oneof(
        fc.bigInt({ min: -30n * hour, max: 2n * hour }),
        fc.constantFrom(-24n * hour, -24n * hour - 1n, -24n * hour + 1n, 0n, 1n),
      ),
    }),
    { maxLength: 16 },
  );

  it('says of random histories with missing sources what the report says: every type in the window, or still possible', () => {
    fc.assert(
      fc.property(history, fc.subarray([...defaultChangeTypes]), (rows, missingTypes) => {
        const missing = missingTypes.map((type) => `db/${type}`);
        const events = rows.map(({ user, type, offset }): RuleEvent => ({
          time: at + offset,
          source: `db/${type}`,
          fields: { USER_ID: user, change_type: 'RESET' },
        }));
        const result = evaluate(
          {
            rules: parsed.rules!,
            events,
            sourcesOf: (logsource) => sourcesOfLogsource(logsource, sources),
            missing,
            range: { kind: 'anchored', at },
            today: '2026-03-29',
          },
          'ato_all_four',
        );
        const seen = rows.filter(({ type, offset }) => !missingTypes.includes(type) && offset <= 0n && offset >= -24n * hour);
        for (const user of ['a', 'b', 'c', '', 'nobody']) {
          const has = (type: string): boolean => seen.some((row) => row.user === user && row.type === type);
          const expected = defaultChangeTypes.every(has)
            ? { kind: 'confirmed' }
            : defaultChangeTypes.every((type) => has(type) || missingTypes.includes(type))
              ? { kind: 'undetermined', sources: missing.toSorted() }
              : { kind: 'not found' };
          const actual = result.groups.find(({ group }) => group[0] === user)?.verdict ?? result.others;
          expect(actual).toEqual(expected);
        }
        expect(result.skipped).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('confirms nobody and denies nobody where the run has no source for one of the types', () => {
    const result = evaluate(
      {
        rules: parsed.rules!,
        events: defaultChangeTypes.slice(0, 3).map((type) => ({ time: at, source: `db/${type}`, fields: { user_id: 'a' } })),
        sourcesOf: (logsource) => sourcesOfLogsource(logsource, sources.slice(0, 3)),
        missing: [],
        range: { kind: 'anchored', at },
        today: '2026-03-29',
      },
      'ato_all_four',
    );
    expect(result.groups.map(({ verdict }) => verdict)).toEqual([{ kind: 'undetermined', sources: ['token (no source in this run)'] }]);
    expect(result.others).toEqual({ kind: 'not found' });
  });
});
