import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uniqueNames } from './unique-names.ts';

describe('unique names', () => {
  it('keep what is unique, name what is empty and number what is repeated', () => {
    expect(uniqueNames(['ID', 'id', 'id', '', ''])).toEqual(['ID', 'id', 'id_2', 'column_4', 'column_5']);
    expect(uniqueNames(['a', 'a', 'a_2'])).toEqual(['a', 'a_3', 'a_2']);
    expect(uniqueNames(['', 'column_1'])).toEqual(['column_1_2', 'column_1']);
  });

  it('are as many as before, all different, none empty, and each first one keeps its own', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('', 'a', 'a_2', 'a_3', 'b', 'column_1', 'column_2', 'A')), (names) => {
        const unique = uniqueNames(names);
        expect(unique).toHaveLength(names.length);
        expect(new Set(unique).size).toBe(names.length);
        expect(unique).not.toContain('');
        for (const name of new Set(names)) if (name !== '') expect(unique[names.indexOf(name)]).toBe(name);
      }),
    );
  });
});
