/** Values of options, read from text. Each throws what commander tells as a mistake of that option. */
import { InvalidArgumentError } from 'commander';

/** `audit,payments`; given again it adds to them. */
export function databaseNames(text: string, earlier: readonly string[] = []): string[] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) throw new InvalidArgumentError('Write it as name or name,name.');
  return [...new Set([...earlier, ...names])];
}

/** `region=eu,us`; given again it adds another key. */
export function partition(text: string, earlier: Record<string, string[]> | undefined): Record<string, string[]> {
  const [, key, list = ''] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  const values = list.split(',').map((value) => value.trim());
  if (key === undefined || values.includes('')) throw new InvalidArgumentError('Write it as key=value or key=value,value.');
  return { ...earlier, [key]: [...(earlier?.[key] ?? []), ...values] };
}

/** A number greater than 0. */
export function positiveNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('Give a number greater than 0.');
  return value;
}

/** Reads a whole number within these bounds, both included. */
export function wholeNumber(least: number, most = Number.POSITIVE_INFINITY): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
    const bounds = most === Number.POSITIVE_INFINITY ? 'on' : `to ${String(most)}`;
    throw new InvalidArgumentError(`Give a whole number from ${String(least)} ${bounds}.`);
  };
}

/** The head of an audit trail as `history verify` prints it: `number:hash`. */
export function chainHead(text: string): { readonly seq: number; readonly hash: string } {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined)
    throw new InvalidArgumentError('Write it as it was printed: number, colon, 64 hexadecimal digits.');
  return { seq: Number(seq), hash };
}
