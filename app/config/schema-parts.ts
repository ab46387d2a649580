/** Pieces that the schemas of both files are made of. A format's error text is what the person should write. */
import * as z from 'zod';

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

/** An IANA zone; whether it exists is checked when the file is loaded. */
export const zone = line(64);
