import { describe, expect, it } from 'vitest';
import { createPreferences } from './preferences.ts';

const isText = (value: unknown): value is string => typeof value === 'string';

describe('createPreferences', () => {
  it('remembers values under names of its own', () => {
    const kept = new Map<string, string>();
    const storage = {
      getItem: (name: string) => kept.get(name) ?? null,
      setItem: (name: string, value: string) => void kept.set(name, value),
      removeItem: (name: string) => void kept.delete(name),
    };
    const preferences = createPreferences(() => storage);
    preferences.write('colors', 'dark');
    expect([preferences.read('colors', isText), [...kept.keys()]]).toEqual(['dark', ['cam.colors']]);
    preferences.forget('colors');
    expect(preferences.read('colors', isText)).toBeUndefined();
  });

  it('does without a storage, with one that throws, and with rubbish in it', () => {
    const throwing = createPreferences(() => {
      throw new Error('SecurityError');
    });
    throwing.write('a', 1);
    expect(throwing.read('a', isText)).toBeUndefined();
    expect(createPreferences(() => undefined).read('a', isText)).toBeUndefined();
    const storage = { getItem: () => '{broken', setItem: () => undefined, removeItem: () => undefined };
    expect(createPreferences(() => storage).read('a', isText)).toBeUndefined();
  });

  it('does not hand out a value of another kind than asked for', () => {
    const storage = { getItem: () => '42', setItem: () => undefined, removeItem: () => undefined };
    expect(createPreferences(() => storage).read('a', isText)).toBeUndefined();
  });
});
