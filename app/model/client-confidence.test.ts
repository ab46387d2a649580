import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  answeredShare,
  clientConfidence,
  confidenceSteps,
  type JudgedClient,
  type KnownPart,
  mergedConfidence,
} from './client-confidence.ts';

const window = { from: '2026-11-19T14:00:00.000000Z', to: '2026-11-20T14:00:00.000000Z' };

/** A source of a part: how much of it has answered, and whether it has a row of the client. */
interface Source {
  readonly share: number;
  readonly hasRow: boolean;
}

const share = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));
const sources = fc.array(fc.record({ share, hasRow: fc.boolean() }), { minLength: 1, maxLength: 4 });
const rules = fc.record({
  parts: fc.array(sources, { minLength: 1, maxLength: 4 }),
  lacking: fc.nat(3),
  penalty: fc.constantFrom(0, 0.5, 1, 2, 7),
});

/** The verdict of a rule that counts parts, as the engine finds it; `undefined` where the client is not listed. */
function judge(parts: readonly (readonly Source[])[], needed: number, penalty: number): JudgedClient | undefined {
  const known = parts.map((own): KnownPart => {
    const shownBy = own.filter((source) => source.share > 0 && source.hasRow).map((source) => source.share);
    return { shares: own.map((source) => source.share), shownBy, isOpen: false };
  });
  const shown = known.filter((part) => part.shownBy.length > 0).length;
  const possible = known.filter((part) => part.shownBy.length > 0 || part.shares.some((each) => each < 1)).length;
  if (shown === 0 || possible < needed) return undefined;
  return { verdict: shown >= needed ? 'confirmed' : 'undetermined', parts: known, needed, penalty };
}

const neededOf = (parts: readonly unknown[], lacking: number): number => Math.max(1, parts.length - lacking);

describe('the confidence in the verdict on a client', () => {
  const of = (verdict: JudgedClient['verdict'], parts: readonly KnownPart[], change: Partial<JudgedClient> = {}): number =>
    clientConfidence({ verdict, parts, needed: parts.length, penalty: 1, ...change });
  const shown: KnownPart = { shares: [1], shownBy: [1], isOpen: false };
  const unknown: KnownPart = { shares: [0], shownBy: [], isOpen: false };

  it('is three quarters where one of four kinds is unknown', () => {
    expect(of('undetermined', [shown, shown, shown, unknown])).toBe(0.75);
  });

  it('falls faster or slower by the penalty of the settings', () => {
    expect(of('undetermined', [shown, unknown], { penalty: 2 })).toBe(0.25);
    expect(of('undetermined', [shown, unknown], { penalty: 0 })).toBe(1);
  });

  it('is 1 for a confirmed client whose rows come from whole answers, whatever else is missing', () => {
    expect(of('confirmed', [{ shares: [1, 0, 0], shownBy: [1], isOpen: false }, shown])).toBe(1);
  });

  it('is lower where the only row comes from a standby that is behind, and not where another partition shows the change too', () => {
    const late: KnownPart = { shares: [0.5, 0], shownBy: [0.5], isOpen: false };
    expect(of('confirmed', [shown, late])).toBe(0.75);
    expect(of('confirmed', [shown, { shares: [0.5, 1], shownBy: [0.5, 1], isOpen: false }])).toBe(1);
  });

  it('counts of more parts than are needed the best known of a confirmed client and the least known of an undetermined one', () => {
    const late: KnownPart = { shares: [0.5], shownBy: [0.5], isOpen: false };
    expect(of('confirmed', [late, shown, late, shown], { needed: 2 })).toBe(1);
    expect(of('undetermined', [shown, unknown, { shares: [1], shownBy: [], isOpen: false }], { needed: 2 })).toBe(0.5);
  });

  it('counts a part that is shown but may still decide by its sources', () => {
    expect(of('undetermined', [{ shares: [1, 0], shownBy: [1], isOpen: true }])).toBe(0.5);
  });

  it('lies between 0 and 1, and is 1 for whoever is confirmed by whole answers', () => {
    const seen = { undetermined: 0, confirmed: 0, whole: 0 };
    fc.assert(
      fc.property(rules, ({ parts, lacking, penalty }) => {
        const judged = judge(parts, neededOf(parts, lacking), penalty);
        if (judged === undefined) return;
        seen[judged.verdict] += 1;
        const confidence = clientConfidence(judged);
        expect(confidence).toBeGreaterThanOrEqual(0);
        expect(confidence).toBeLessThanOrEqual(1);
        const whole = judged.parts.filter(({ shownBy }) => mergedConfidence(shownBy) === 1).length;
        if (judged.verdict !== 'confirmed' || whole < judged.needed) return;
        seen.whole += 1;
        expect(confidence).toBe(1);
      }),
      { numRuns: 2000 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(20);
  });

  it('is never higher with less of an answer from any source, whatever becomes of the verdict', () => {
    const seen = { same: 0, other: 0 };
    fc.assert(
      fc.property(rules, fc.nat(), fc.nat(), share, ({ parts, lacking, penalty }, part, source, left) => {
        const needed = neededOf(parts, lacking);
        const before = judge(parts, needed, penalty);
        const at = parts[part % parts.length]!;
        const less = at.map((own, place) => (place === source % at.length ? { ...own, share: Math.min(own.share, left) } : own));
        const after = judge(
          parts.map((own) => (own === at ? less : own)),
          needed,
          penalty,
        );
        if (before === undefined || after === undefined) return;
        seen[before.verdict === after.verdict ? 'same' : 'other'] += 1;
        expect(clientConfidence(after)).toBeLessThanOrEqual(clientConfidence(before) + 1e-12);
      }),
      { numRuns: 5000 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(5);
  });

  it('merges what partitions say of a client to the highest, in any order, as often as one likes', () => {
    const confidences = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 });
    fc.assert(
      fc.property(confidences, confidences, (some, more) => {
        const merged = mergedConfidence([...some, ...more]);
        expect(merged).toBe(mergedConfidence([...more.toReversed(), ...some.toReversed()]));
        expect(merged).toBe(mergedConfidence([mergedConfidence(some), mergedConfidence(more)]));
        expect(merged).toBe(mergedConfidence([...some, ...some, ...more, merged]));
        for (const each of some) expect(merged).toBeGreaterThanOrEqual(each);
      }),
    );
  });
});

describe('how much of the window a source has answered for', () => {
  it.each([
    ['all of it', undefined, 1],
    ['nothing where it failed', { reason: 'failed', window } as const, 0],
    ['nothing while it runs', { reason: 'running', window } as const, 0],
    [
      'the share up to where a standby knows',
      { reason: 'partial', window: { ...window, from: '2026-11-20T08:00:00.000000Z' } } as const,
      0.75,
    ],
    ['nothing where the standby is behind by more than the window', { reason: 'partial', window } as const, 0],
  ])('is %s', (_, missing, expected) => {
    expect(answeredShare(window, missing)).toBe(expected);
  });
});

describe('the steps in which a confidence is told', () => {
  it.each([
    [1, 10_000],
    [1 - 1e-15, 9_999],
    [0.75, 7_500],
    [0.58, 5_800],
    [1 / 3, 3_333],
    [0, 0],
  ])('of %f are %i', (confidence, steps) => {
    expect(confidenceSteps(confidence)).toBe(steps);
  });
});
