import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addHours, type Instant, instantFromMs } from '../model/instant.ts';
import { sampleConfiguration, sampleDatabase, sampleQuery } from '../testing/builders.ts';
import { planRun, type PlanRequest } from './plan.ts';

const nowMs = Date.UTC(2026, 10, 20, 14);
const context = { runId: 'run-1', nowMs, user: 'X123456' };
const four = ['password', 'email', 'phone', 'token'].map((changeType) => sampleQuery({ name: changeType, changeType }));
const configuration = sampleConfiguration('/tmp', [
  sampleDatabase({ name: 'one', queries: four.slice(0, 3) }),
  sampleDatabase({ name: 'two', queries: four.slice(3) }),
]);

describe('a plan', () => {
  it('has one source per database and query, in the order of the configuration', () => {
    const plan = planRun(configuration, { lastEvent: instantFromMs(nowMs), strict: false }, context);
    expect(plan.sources.map((source) => source.id)).toEqual(['one/password', 'one/email', 'one/phone', 'two/token']);
    expect(plan.notes).toEqual([]);
  });

  it('never asks for less than its window and never for less than the lookback', () => {
    fc.assert(
      fc.property(fc.integer({ min: -400, max: 30 }), fc.double({ min: 0.5, max: 1000, noNaN: true }), (days, windowHours) => {
        const lastEvent = instantFromMs(nowMs + days * 86_400_000);
        const plan = planRun(configuration, { lastEvent, windowHours, strict: false }, context);
        expect(plan.startDate <= plan.window.from).toBe(true);
        expect(plan.startDate.endsWith('.000000Z')).toBe(true);
        expect(plan.startDate <= addHours(instantFromMs(nowMs), -30 * 24)).toBe(true);
        expect(plan.window.to).toBe(lastEvent);
      }),
    );
  });

  it('says so when the last event lies in the future or before the lookback', () => {
    const notes = (days: number): string =>
      planRun(configuration, { lastEvent: instantFromMs(nowMs + days * 86_400_000), strict: false }, context).notes.join(' ');
    expect(notes(1)).toContain('future');
    expect(notes(-365)).toContain('more than 30 days ago');
    expect(notes(-1)).toBe('');
  });

  it('says so when the clocks of a database are set back in or near the window, so that a change may be taken for a later one', () => {
    const zurich = ['one', 'two', 'three', 'four'].map((name) => sampleDatabase({ name, zone: 'Europe/Zurich', queries: four }));
    const mixed = sampleConfiguration('/tmp', [...zurich, sampleDatabase({ name: 'utc', queries: four })]);
    const notes = (lastEvent: Instant, from?: Instant) =>
      planRun(mixed, { lastEvent, windowHours: 24, strict: false, ...(from && { from }) }, context).notes;
    const told = notes('2026-10-25T00:40:00.000000Z');
    expect(told).toEqual([
      expect.stringMatching(
        /^The clocks of Europe\/Zurich are set back in or near the window, at 2026-10-25 02:00:00: .* may be missed \(one, two, three and 1 more\)\.$/,
      ),
    ]);
    // The repeated hour is from 00:00 to 02:00 UTC: one that only touches the window is in it, one beside it is not.
    expect(notes('2026-10-25T00:00:00.000000Z')).toHaveLength(1);
    expect(notes('2026-10-24T23:59:59.999999Z')).toEqual([]);
    expect(notes('2026-10-26T02:00:00.000000Z')).toHaveLength(1);
    expect(notes('2026-10-26T02:00:00.000001Z')).toEqual([]);
    // In spring no hour is said twice.
    expect(notes('2026-03-29T12:00:00.000000Z').join()).not.toContain('clocks');
    expect(notes('2026-11-20T12:00:00.000000Z', '2025-11-20T12:00:00.000000Z').join()).toContain('at 2026-10-25 02:00:00:');
  });

  it('notes what was chosen, so that the same can be asked again, and nothing where nothing was', () => {
    const plan = (change: Partial<PlanRequest>) =>
      planRun(configuration, { lastEvent: instantFromMs(nowMs), strict: false, ...change }, context);
    expect(plan({}).asked).toEqual({});
    expect(plan({ databases: ['one'] }).asked).toEqual({ databases: ['one'] });
  });

  it('says so when no query gives a change type that the rule needs', () => {
    const plan = planRun(configuration, { lastEvent: instantFromMs(nowMs), strict: false, databases: ['one'] }, context);
    expect(plan.sources).toHaveLength(3);
    expect(plan.notes.join(' ')).toContain('No query gives token changes');
  });

  it('refuses a database that is not configured, by name', () => {
    expect(() => planRun(configuration, { lastEvent: instantFromMs(nowMs), strict: false, databases: ['three'] }, context)).toThrow(
      /three/,
    );
  });

  it('refuses to run nothing', () => {
    expect(() => planRun(configuration, { lastEvent: instantFromMs(nowMs), strict: false, databases: [] }, context)).toThrow(
      /nothing to run/,
    );
  });
});
