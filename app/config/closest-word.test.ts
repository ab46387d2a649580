import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { closestWord, editDistance } from './closest-word.ts';

describe('did you mean', () => {
  it.each([
    ['sevice_name', 'service_name'],
    ['HOST', 'host'],
    ['prot', 'port'],
    ['banana', undefined],
    ['', undefined],
  ])('%j gives %j', (word, expected) => {
    expect(closestWord(word, ['service_name', 'host', 'port', 'path'])).toBe(expected);
  });

  it('counts the same slips in both directions, none for the same word, and never more than the longer word has letters', () => {
    const short = fc.string({ maxLength: 12, unit: fc.constantFrom('a', 'b', 'c') });
    fc.assert(
      fc.property(short, short, (a, b) => {
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(editDistance(a, b)).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
      }),
    );
  });
});
