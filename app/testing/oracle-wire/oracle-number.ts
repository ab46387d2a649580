/**
 * Oracle's NUMBER on the wire: an exponent byte and up to 20 base-100 digits, so up to 40 decimal digits, exactly.
 * Positive: exponent byte 193 + (pairs before the point - 1), digits + 1. Negative: the exponent byte inverted, digits
 * as 101 - digit, and a closing 102 when there is room. Zero is the single byte 0x80.
 */

const mostPairs = 20;
const closing = 102;

/** Longest encoding: exponent and 20 digits; a negative number of 20 pairs has no closing byte. */
export const longestNumber = 1 + mostPairs;

/**
 * Writes a number at a position and returns how many bytes it took.
 * @throws RangeError when the value is no number, has more than 40 significant digits or is beyond ±1e126
 */
export function encodeNumber(value: number | bigint | string, bytes: Buffer, at: number): number {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return encodeInteger(value, bytes, at);
  return encodeDecimal(String(value), bytes, at);
}

function encodeInteger(value: number, bytes: Buffer, at: number): number {
  if (value === 0) {
    bytes[at] = 0x80;
    return 1;
  }
  const negative = value < 0;
  let rest = negative ? -value : value;
  let pairs = 0;
  for (let left = rest; left > 0; left = Math.floor(left / 100)) pairs += 1;
  const exponent = pairs - 1;
  // Trailing zero pairs are not sent: they are the exponent's business.
  while (rest % 100 === 0) {
    rest = rest / 100;
    pairs -= 1;
  }
  for (let index = pairs; index >= 1; index -= 1) {
    const digit = rest % 100;
    rest = Math.floor(rest / 100);
    bytes[at + index] = negative ? 101 - digit : digit + 1;
  }
  return finish(bytes, at, negative, exponent, pairs);
}

const decimalPattern = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;

function encodeDecimal(text: string, bytes: Buffer, at: number): number {
  const parts = decimalPattern.exec(text.trim());
  const whole = parts?.[2] ?? '';
  const fraction = parts?.[3] ?? '';
  if (parts === null || whole.length + fraction.length === 0) throw new RangeError(`not a number: ${text}`);
  let digits = whole + fraction;
  let point = whole.length + Number(parts[4] ?? 0);
  const leading = /^0*/.exec(digits)?.[0].length ?? 0;
  digits = digits.slice(leading).replace(/0+$/, '');
  point -= leading;
  if (digits === '') {
    bytes[at] = 0x80;
    return 1;
  }
  if (Math.abs(point) % 2 === 1) {
    digits = `0${digits}`;
    point += 1;
  }
  if (digits.length % 2 === 1) digits += '0';
  const pairs = digits.length / 2;
  if (pairs > mostPairs) throw new RangeError(`more than 40 digits: ${text}`);
  const negative = parts[1] === '-';
  for (let index = 0; index < pairs; index += 1) {
    const digit = (digits.charCodeAt(index * 2) - 48) * 10 + (digits.charCodeAt(index * 2 + 1) - 48);
    bytes[at + 1 + index] = negative ? 101 - digit : digit + 1;
  }
  return finish(bytes, at, negative, point / 2 - 1, pairs);
}

function finish(bytes: Buffer, at: number, negative: boolean, exponent: number, pairs: number): number {
  if (exponent > 62 || exponent < -65) throw new RangeError('number beyond the range of NUMBER');
  bytes[at] = negative ? 62 - exponent : 193 + exponent;
  if (!negative || pairs === mostPairs) return 1 + pairs;
  bytes[at + 1 + pairs] = closing;
  return 2 + pairs;
}

/** The number as decimal text, without exponent and without superfluous zeros: `-12.5`, `0.001`, `0`. */
export function decodeNumber(bytes: Uint8Array): string {
  const head = bytes[0] ?? 0x80;
  const positive = head >= 0x80;
  if (bytes.length === 1) return positive ? '0' : `-1${'0'.repeat(126)}`;
  const exponent = positive ? head - 193 : 62 - head;
  const last = !positive && bytes[bytes.length - 1] === closing ? bytes.length - 1 : bytes.length;
  let digits = '';
  for (let index = 1; index < last; index += 1) {
    const byte = bytes[index] ?? 0;
    digits += String(positive ? byte - 1 : 101 - byte).padStart(2, '0');
  }
  const point = (exponent + 1) * 2;
  const whole = point <= 0 ? '' : digits.slice(0, point).padEnd(point, '0');
  const fraction = point <= 0 ? '0'.repeat(-point) + digits : digits.slice(point);
  const trimmed = fraction.replace(/0+$/, '');
  const text = (whole.replace(/^0+/, '') || '0') + (trimmed === '' ? '' : `.${trimmed}`);
  return positive ? text : `-${text}`;
}
