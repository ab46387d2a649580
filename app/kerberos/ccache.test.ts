import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sampleCache, sampleCaches, seededNumbers } from '../testing/ticket-caches.ts';
import { readTicketCache } from './ccache.ts';

const { samples } = sampleCaches();

/** The samples' keys are `K…`, their tickets `T…`: neither may appear as text, nor as a number made of those bytes. */
function expectNoSecret(bytes: Uint8Array, what: string): void {
  const json = JSON.stringify(readTicketCache(bytes));
  const numbers = [...json.matchAll(/\d{6,}/g)].map(([digits]) => Number(digits).toString(16));
  const leaks = /K{4}|T{4}/.test(json) || numbers.some((hex) => hex.includes('4b4b4b') || hex.includes('545454'));
  if (leaks) throw new Error(`${what}: ${json}`);
}

describe('the samples', () => {
  it('are 26', () => {
    expect(samples).toHaveLength(26);
  });

  it.each(samples)('$file is read as expected', ({ bytes, reading, problem }) => {
    expect(readTicketCache(bytes)).toEqual(reading === undefined ? { ok: false, error: problem } : { ok: true, value: reading });
  });

  it.each(samples)('$file gives away no byte of a key or ticket', ({ bytes, file }) => {
    expect(() => {
      expectNoSecret(bytes, file);
    }).not.toThrow();
  });

  it('leave the bytes as they were', () => {
    const sample = sampleCache('analyst.ccache');
    const before = sample.bytes.slice();
    readTicketCache(sample.bytes);
    expect(sample.bytes).toEqual(before);
  });
});

describe('bad luck', () => {
  it('every truncation of every sample gives a typed answer and the tickets before the cut', () => {
    let truncations = 0;
    for (const { file, bytes, reading } of samples) {
      for (let length = 0; length < bytes.length; length += 1) {
        const cut = bytes.subarray(0, length);
        const result = readTicketCache(cut);
        expectNoSecret(cut, `${file} cut to ${length}`);
        truncations += 1;
        if (!result.ok || reading === undefined) continue;
        const count = result.value.tickets.length;
        if (JSON.stringify(result.value.tickets) !== JSON.stringify(reading.tickets.slice(0, count)))
          throw new Error(`${file} cut to ${length}`);
        const broken = result.value.brokenAt;
        if (broken !== undefined && broken.offset + broken.bytes !== length)
          throw new Error(`${file} cut to ${length}: ${JSON.stringify(broken)}`);
      }
    }
    expect(truncations).toBe(samples.reduce((sum, { bytes }) => sum + bytes.length, 0));
  });

  it('100,000 seeded bit flips never crash it and never bring a key or ticket out', () => {
    const next = seededNumbers(20261121);
    const readable = samples.filter(({ bytes }) => bytes.length > 0);
    let answers = 0;
    for (let round = 0; round < 100_000; round += 1) {
      const bytes = readable[next(readable.length)]!.bytes.slice();
      const flips = 1 + next(4);
      for (let flip = 0; flip < flips; flip += 1) {
        const at = next(bytes.length);
        bytes[at] = bytes[at]! ^ (1 << next(8));
      }
      expectNoSecret(bytes, `round ${round}`);
      answers += 1;
    }
    expect(answers).toBe(100_000);
  });

  it('every single bit of a whole cache can flip without bringing a key or ticket out', () => {
    const { bytes } = sampleCache('analyst.ccache');
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = bytes.slice();
      flipped[bit >> 3] = flipped[bit >> 3]! ^ (1 << (bit & 7));
      expectNoSecret(flipped, `bit ${bit}`);
    }
    expect(bytes.length).toBe(2012);
  });

  it('any bytes at all give a typed answer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (bytes, asVersion4) => {
        const input = asVersion4 ? new Uint8Array([5, 4, 0, 0, ...bytes]) : bytes;
        const result = readTicketCache(input);
        expect(result.ok ? typeof result.value.principal : typeof result.error.kind).toBe('string');
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the format', () => {
  const withVersion = (version: number): Uint8Array => {
    const bytes = sampleCache('analyst.ccache').bytes.slice();
    bytes[1] = version;
    return bytes;
  };

  it.each([1, 2, 3])('version %i is refused by name', (version) => {
    expect(readTicketCache(withVersion(version))).toEqual({ ok: false, error: { kind: 'unsupported-version', version } });
  });

  it('a view into a larger buffer is read from its own beginning', () => {
    const { bytes, reading } = sampleCache('analyst.ccache');
    const larger = new Uint8Array(bytes.length + 20).fill(0xff);
    larger.set(bytes, 7);
    expect(readTicketCache(larger.subarray(7, 7 + bytes.length))).toEqual({ ok: true, value: reading });
  });

  it('a start time of zero means the time of authentication', () => {
    const { bytes } = sampleCache('norenew.ccache');
    const times = Buffer.from(bytes).indexOf('K'.repeat(32)) + 32;
    const changed = bytes.slice().fill(0, times + 4, times + 8);
    const result = readTicketCache(changed);
    expect(result.ok && result.value.tickets[0]?.startTime).toBe(1795221237);
  });

  it('a principal with a control character or broken UTF-8 is damage, not a name', () => {
    const { bytes } = sampleCache('princonly.ccache');
    for (const byte of [0x00, 0x1b, 0xff]) {
      const changed = bytes.slice();
      changed[changed.length - 1] = byte;
      expect(readTicketCache(changed)).toEqual({ ok: false, error: { kind: 'damaged', inside: 'default principal' } });
    }
  });

  it('a key length of zero does not turn key bytes into times', () => {
    const { bytes } = sampleCache('norenew.ccache');
    const key = Buffer.from(bytes).indexOf('K'.repeat(32));
    const changed = bytes.slice();
    // Times and flags out of key bytes; not a session key, no addresses, no authorisation data: all of it would be plausible.
    changed.set([0, 0x4b, 0x4b, 0x4b, 0x4b, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], key + 16);
    changed.fill(0, key - 4, key);
    const result = readTicketCache(changed);
    expect(result.ok && result.value.tickets).toEqual([]);
    expect(result.ok && result.value.brokenAt?.kind).toBe('damaged');
    expectNoSecret(changed, 'key length 0');
  });

  it('a huge list count ends the reading at once', () => {
    const { bytes } = sampleCache('norenew.ccache');
    const addresses = Buffer.from(bytes).indexOf('K'.repeat(32)) + 32 + 16 + 1 + 4;
    const changed = bytes.slice().fill(0xff, addresses, addresses + 4);
    const result = readTicketCache(changed);
    expect(result.ok && result.value.tickets).toEqual([]);
    expect(result.ok && result.value.brokenAt?.kind).toBe('damaged');
  });
});
