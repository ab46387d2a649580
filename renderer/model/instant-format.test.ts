import { describe, expect, it } from 'vitest';
import { createInstantFormat } from './instant-format.ts';

describe('createInstantFormat', () => {
  const berlin = createInstantFormat('Europe/Berlin');

  it('shows the local time of the zone and keeps every microsecond that is not zero', () => {
    expect(berlin.full('2026-11-20T13:00:00.000000Z')).toBe('2026-11-20 14:00:00');
    expect(berlin.full('2026-07-20T22:30:00.120001Z')).toBe('2026-07-21 00:30:00.120001');
    expect(berlin.full('2026-07-20T12:00:00.500000Z')).toBe('2026-07-20 14:00:00.500');
  });

  it('shows the far ends of the calendar in UTC instead of a wrong local year', () => {
    expect(berlin.full('0001-01-01T00:00:00.000000Z')).toBe('0001-01-01 00:00:00Z');
    expect(berlin.full('9999-12-31T23:59:59.999999Z')).toBe('9999-12-31 23:59:59.999999Z');
    expect(createInstantFormat('UTC').full('0900-05-05T01:02:03.000000Z')).toBe('0900-05-05 01:02:03');
  });

  it('names the offset that holds at the instant', () => {
    expect(berlin.offset('2026-11-20T13:00:00.000000Z')).toBe('UTC+01:00');
    expect(berlin.offset('2026-07-20T13:00:00.000000Z')).toBe('UTC+02:00');
    expect(createInstantFormat('UTC').offset('2026-07-20T13:00:00.000000Z')).toBe('UTC+00:00');
  });

  it('shows UTC, and says so, for a zone that is not known', () => {
    expect(createInstantFormat('Nowhere/Land').zone).toBe('UTC');
  });

  it('leaves what is no instant as it is', () => {
    expect(berlin.full('whenever')).toBe('whenever');
    expect(berlin.dayAndTime(Date.UTC(2026, 10, 20, 23, 1, 2))).toBe('11-21 00:01:02');
  });
});
