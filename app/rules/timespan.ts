/** Time spans of rules: a whole number and one unit. */

const microsPerUnit: Readonly<Record<string, bigint>> = {
  s: 1_000_000n,
  m: 60_000_000n,
  h: 3_600_000_000n,
  d: 86_400_000_000n,
  w: 604_800_000_000n,
};

/** Microseconds of `90s`, `15m`, `24h`, `7d` or `2w`; else a sentence that says why it is none. */
export function parseTimespan(text: string): bigint | string {
  const [, digits, unit = ''] = /^(\d{1,6})([smhdw])$/.exec(text) ?? [];
  if (digits !== undefined) {
    const micros = BigInt(digits) * (microsPerUnit[unit] ?? 0n);
    return micros > 0n ? micros : 'A time span of nothing holds no events.';
  }
  if (/^\d+[My]$/.test(text)) return 'Months and years differ in length.';
  if (/^\d+[SHDW]$/.test(text)) return 'Units are written in lower case.';
  if (text.startsWith('-')) return 'A time span cannot be negative.';
  if (/^\d*\.\d+/.test(text)) return 'A time span is a whole number.';
  if (/^(?:\d+[smhdw]){2,}$/.test(text)) return 'A time span has one unit.';
  if (/^\d{7,}[smhdw]$/.test(text)) return 'The time span is too long.';
  return 'This is not a time span.';
}
