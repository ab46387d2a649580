/** Pieces that the schemas of both files are made of. A format's error text is what the person should write. */
import * as z from 'zod';
import { isZone } from '../model/zoned-time.ts';
import { closestWord } from './closest-word.ts';

/** A key that may be left out or left empty. */
export function optional<T extends z.ZodType>(schema: T, description: string) {
  return schema.nullish().meta({ description });
}

/** One line of text that neither begins nor ends with a blank. */
export function line(max: number) {
  return z
    .string()
    .min(1)
    .max(max)
    .regex(/^\S(?:.*\S)?$/, { error: 'Write it without blanks at its beginning and end.' });
}

/** A path; `~` and relative paths are understood. */
export const path = line(4096);

/** A length of time in whole milliseconds, up to a day. */
export const milliseconds = z.int().min(1).max(86_400_000);

/** An IANA zone that this machine knows, in any case. */
export const zone = line(64).refine((text) => isZone(usualZone(text)), { error: ({ input }) => zoneAdvice(String(input)) });

/** The zone in its usual spelling: `europe/zurich` is `Europe/Zurich`. A text that is no zone is returned as it is. */
export function usualZone(text: string): string {
  // Looking through the list costs a millisecond, and hundreds of databases may name a zone.
  if (/^(?:UTC$|[A-Z][a-z])/.test(text)) return text;
  return knownZones().find((name) => name.toLowerCase() === text.toLowerCase()) ?? text;
}

function knownZones(): readonly string[] {
  return ['UTC', ...Intl.supportedValuesOf('timeZone')];
}

function zoneAdvice(text: string): string {
  const closest = closestWord(text, knownZones());
  return closest === undefined ? 'Write an IANA name such as Europe/Zurich, or UTC.' : `Did you mean ${closest}?`;
}
