import { describe, expect, it } from 'vitest';
import type { Column } from '../model/column.ts';
import { isConfirmed, isUndetermined, missingText } from './default-rule.ts';
import { eventTime, wrongTimes } from './event-time.ts';
import { sql } from './sql.ts';

const window = { from: 0n, to: 1n };
const column = (kind: Column['kind']): Column => ({ name: 'CHANGED', kind });

describe('a rule of no type', () => {
  it('confirms nobody, and leaves nobody open', () => {
    expect([isConfirmed([], 0), isUndetermined([], 0)]).toEqual([sql`FALSE`, sql`FALSE`]);
    expect(missingText([])).toEqual(sql`CAST(NULL AS VARCHAR)`);
  });
});

describe('a rule that needs some of its types', () => {
  const type = (missing: readonly string[]) => ({ key: sql`k`, missing }) as unknown as Parameters<typeof isConfirmed>[0][number];

  it('counts those that are there, or that a missing source could show', () => {
    expect(JSON.stringify(isConfirmed([type([]), type([])], 1))).toContain('>=');
    expect(JSON.stringify(isConfirmed([type([]), type([])], 2))).toContain('AND');
    expect(JSON.stringify(isUndetermined([type(['a/b']), type([])], 1))).toContain('TRUE');
  });
});

describe('a time column', () => {
  it.each(['integer', 'decimal', 'double', 'boolean'] as const)('of kind %s is refused with the way to mend it', (kind) => {
    expect(() => eventTime(sql`c0`, column(kind), 'UTC', window)).toThrow(
      expect.objectContaining({ failure: expect.objectContaining({ code: 'sql.columns' }) as unknown }) as Error,
    );
  });

  it('of a kind that nobody knows breaks loudly', () => {
    expect(() => eventTime(sql`c0`, column('nonsense' as never), 'UTC', window)).toThrow();
  });

  it('with texts that are no times names one of them, cut where it is long', () => {
    expect(wrongTimes(column('text'), 'yesterday', 3n).failure.message).toContain('“yesterday”');
    expect(wrongTimes(column('text'), 'x'.repeat(61), 3n).failure.message).toContain(`“${'x'.repeat(60)}…”`);
  });
});
