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

/** The range of time about which a missing source leaves everything open. */
export function unknownRange({ window }: MissingSource, zone: string): string {
  return `Not known from ${showInstant(window.from, zone)} to ${showInstant(window.to, zone)}.`;
}
