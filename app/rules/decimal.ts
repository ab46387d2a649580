/** Exact decimal numbers, because a limit of 0.3 must mean 0.3. */

/** `digits` / 10^`scale`; scale is not negative. */
export interface Decimal {
  readonly digits: bigint;
  readonly scale: number;
}

/** 400 covers every IEEE double; beyond it a short text would become an absurdly long number. */
const maxExponent = 400;
const pattern = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?\s*$/;

/** Reads a number such as `-12.50` or `1e-7`; `undefined` for anything else. */
export function parseDecimal(text: string): Decimal | undefined {
  const [, sign, whole = '', fraction = '', exponentText = '0'] = pattern.exec(text) ?? [];
  if (sign === undefined || whole + fraction === '') return undefined;
  const exponent = Number(exponentText);
  if (Math.abs(exponent) > maxExponent) return undefined;
  const scale = fraction.length - exponent;
  const digits = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n);
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}

/** The decimal of a text that has been checked before. */
export function decimalOf(text: string): Decimal {
  const value = parseDecimal(text);
  if (value === undefined) throw new Error(`not a number: ${text}`);
  return value;
}

/** Negative, 0 or positive, as `a` is below, equal to or above `b`. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const [left, right] = aligned(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The exact sum. */
export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const [left, right] = aligned(a, b);
  return { digits: left + right, scale: Math.max(a.scale, b.scale) };
}

/** The exact product with a whole number. */
export function multiplyDecimal(a: Decimal, times: bigint): Decimal {
  return { digits: a.digits * times, scale: a.scale };
}

function aligned(a: Decimal, b: Decimal): readonly [bigint, bigint] {
  const scale = Math.max(a.scale, b.scale);
  return [a.digits * 10n ** BigInt(scale - a.scale), b.digits * 10n ** BigInt(scale - b.scale)];
}
