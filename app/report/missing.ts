/** A source without an answer, told in one line: what it is, why, what is therefore not known, and the vendor's code. */
import type { MissingSource } from '../model/run.ts';
import { showReason } from './headline.ts';
import { showInstant } from './show.ts';

/** `a/Get token changes (token), timed out [ORA-01013]: The query … Nothing is known from … to ….` */
export function missingLine(source: MissingSource, zone: string): string {
  const code = source.code === undefined ? '' : ` [${source.code}]`;
  const kind = source.changeType ?? 'raw';
  return `${source.source} (${kind}), ${showReason(source.reason)}${code}: ${source.message} ${unknownRange(source, zone)}`;
}

/** Systems cut a long notification: so many sources are named in it. */
const namedInShort = 3;

/** The first missing sources, a line each, and how many there are besides; for texts that must be short. */
export function shortMissingLines(missing: readonly MissingSource[], zone: string): readonly string[] {
  const more = missing.length - namedInShort;
  return [
    ...missing.slice(0, namedInShort).map((source) => `Missing: ${missingLine(source, zone)}`),
    ...(more > 0 ? [`Missing: ${String(more)} more`] : []),
  ];
}

/** The range of time about which a missing source leaves everything open. */
export function unknownRange({ window }: MissingSource, zone: string): string {
  return `Not known from ${showInstant(window.from, zone)} to ${showInstant(window.to, zone)}.`;
}
