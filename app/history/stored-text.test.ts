import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../base/canonical-json.ts';
import { cleaned, sha256 } from './stored-text.ts';

describe('canonical JSON', () => {
  it('is the same whatever the order in which members were written, and says the same', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reversed(value))).toBe(canonicalJson(value));
      }),
    );
  });

  it('has no blanks, sorts names by code unit and leaves out what is undefined', () => {
    expect(canonicalJson({ b: [1, 'x', null], a: { é: true, Z: 1.5e30 }, c: undefined })).toBe(
      '{"a":{"Z":1.5e+30,"é":true},"b":[1,"x",null]}',
    );
  });

  it('sorts names that look like indexes as text too, and keeps names that mean something to an object', () => {
    const value = JSON.parse('{"b":{"10":1,"9":2,"a":3},"__proto__":{"x":1},"a":[{"toJSON":4}]}') as unknown;
    expect(canonicalJson(value)).toBe('{"__proto__":{"x":1},"a":[{"toJSON":4}],"b":{"10":1,"9":2,"a":3}}');
  });

  it('refuses what JSON cannot hold', () => {
    for (const value of [Number.NaN, Infinity, 1n, () => 1, Symbol('s')]) expect(() => canonicalJson({ value })).toThrow(TypeError);
  });

  it('is hashed as UTF-8', () => {
    expect(sha256('é')).toBe('4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c');
  });
});

describe('cleaning', () => {
  it('takes out what no store takes, at any depth, and nothing else', () => {
    expect(cleaned({ 'a\0': ['\ud800x', { b: 'fine 🗝', c: Number.NaN, d: null }] })).toEqual({
      'a\uFFFD': ['\uFFFDx', { b: 'fine 🗝', c: null, d: null }],
    });
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), (value) => {
        expect(cleaned(cleaned(value))).toEqual(cleaned(value));
      }),
    );
  });
});

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([name, member]) => [name, reversed(member)]),
  );
}
