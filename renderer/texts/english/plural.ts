import { formatCount } from '../../model/numbers.ts';

/** `1 row`, `2 rows`, `1,234 rows`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listOf(words: readonly string[]): string {
  if (words.length < 2) return words[0] ?? '';
  return `${words.slice(0, -1).join(', ')} and ${words[words.length - 1] ?? ''}`;
}

const typeWords: Readonly<Record<string, string>> = { password: 'password', email: 'e-mail', phone: 'phone', token: 'token' };

/** A change type in words. */
export function changeTypeWord(changeType: string): string {
  return typeWords[changeType] ?? changeType.replaceAll('_', ' ');
}
