import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInstant, msOfInstant } from '../../app/model/instant.ts';
import { lastEventToSend, readLastEvent, typedTimeOf, windowOf } from './last-event.ts';

const berlin = 'Europe/Berlin';

describe('readLastEvent', () => {
  it('reads a local time in the zone and keeps microseconds', () => {
    expect(readLastEvent('2026-11-20 14:00:00', berlin)).toEqual({ kind: 'instant', instant: '2026-11-20T13:00:00.000000Z' });
    expect(readLastEvent(' 2026-07-01T14:00:00.123456 ', berlin)).toEqual({ kind: 'instant', instant: '2026-07-01T12:00:00.123456Z' });
    expect(readLastEvent('2026-07-01 14:00', berlin)).toEqual({ kind: 'instant', instant: '2026-07-01T12:00:00.000000Z' });
  });

  it('reads a date without a time of day as its midnight', () => {
    expect(readLastEvent('2026-11-20', berlin)).toEqual({ kind: 'instant', instant: '2026-11-19T23:00:00.000000Z' });
  });

  it('lets a typed offset win over the zone', () => {
    expect(readLastEvent('2026-11-20T14:00:00Z', berlin)).toEqual({ kind: 'instant', instant: '2026-11-20T14:00:00.000000Z' });
    expect(readLastEvent('2026-11-20 14:00+05:30', berlin)).toEqual({ kind: 'instant', instant: '2026-11-20T08:30:00.000000Z' });
    expect(readLastEvent('2026-11-20 14:00 +02', berlin)).toEqual({ kind: 'instant', instant: '2026-11-20T12:00:00.000000Z' });
  });

  it('says that a time in the spring gap does not exist and offers the times around it', () => {
    expect(readLastEvent('2026-03-29 02:30', berlin)).toEqual({
      kind: 'gap',
      before: { instant: '2026-03-29T00:30:00.000000Z', text: '2026-03-29 01:30:00+01:00' },
      after: { instant: '2026-03-29T01:30:00.000000Z', text: '2026-03-29 03:30:00+02:00' },
    });
  });

  it('says that a time in the doubled autumn hour is ambiguous, and its offers are not', () => {
    const read = readLastEvent('2026-10-25 02:30', berlin);
    expect(read).toEqual({
      kind: 'ambiguous',
      earlier: { instant: '2026-10-25T00:30:00.000000Z', text: '2026-10-25 02:30:00+02:00' },
      later: { instant: '2026-10-25T01:30:00.000000Z', text: '2026-10-25 02:30:00+01:00' },
    });
    if (read.kind !== 'ambiguous') throw new Error('unreachable');
    expect(readLastEvent(read.later.text, berlin)).toEqual({ kind: 'instant', instant: read.later.instant });
  });

  it('tells a wrong form from a date that does not exist, a wrong offset and an unknown zone', () => {
    expect(readLastEvent('yesterday', berlin)).toEqual({ kind: 'invalid', reason: 'form' });
    expect(readLastEvent('2026-02-30 10:00', berlin)).toEqual({ kind: 'invalid', reason: 'date' });
    expect(readLastEvent('2026-02-20 25:00', berlin)).toEqual({ kind: 'invalid', reason: 'date' });
    expect(readLastEvent('2026-02-20 10:00+99:00', berlin)).toEqual({ kind: 'invalid', reason: 'offset' });
    expect(readLastEvent('2026-02-20 10:00', 'Nowhere/Land')).toEqual({ kind: 'invalid', reason: 'zone' });
  });

  it('knows the word now and an empty field, and sends only what can be read', () => {
    expect(lastEventToSend(readLastEvent(' Now ', berlin))).toBe('now');
    expect(readLastEvent('   ', berlin)).toEqual({ kind: 'empty' });
    expect(lastEventToSend(readLastEvent('', berlin))).toBeNull();
    expect(lastEventToSend(readLastEvent('2026-10-25 02:30', berlin))).toBeNull();
  });

  it('never throws, whatever is typed, and what it accepts is an instant', () => {
    const seen = { instant: 0, other: 0 };
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{4}-\d{1,2}-\d{1,2} \d{1,2}:\d{2}(:\d{2})?$/)), (text) => {
        const read = readLastEvent(text, berlin);
        seen[read.kind === 'instant' ? 'instant' : 'other'] += 1;
        if (read.kind === 'instant') expect(isInstant(read.instant)).toBe(true);
      }),
      { numRuns: 2000 },
    );
    for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10);
  });

  it('reads back what it writes, up to the second, in any zone and outside doubled hours', () => {
    const zones = fc.constantFrom('UTC', berlin, 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4_000_000_000 }), zones, (seconds, zone) => {
        const read = readLastEvent(typedTimeOf(seconds * 1000, zone), zone);
        if (read.kind === 'ambiguous') {
          expect([msOfInstant(read.earlier.instant), msOfInstant(read.later.instant)]).toContain(seconds * 1000);
        } else {
          expect(read.kind === 'instant' && msOfInstant(read.instant)).toBe(seconds * 1000);
        }
      }),
    );
  });
});

describe('windowOf', () => {
  it('ends at the last event and begins the window hours before', () => {
    expect(windowOf('2026-11-20T13:00:00.000001Z', 24)).toEqual({
      from: '2026-11-19T13:00:00.000001Z',
      to: '2026-11-20T13:00:00.000001Z',
    });
  });
});
