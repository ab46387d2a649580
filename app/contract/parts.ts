/** Parts of inputs that several rows of the contract share. */
import * as z from 'zod';
import { longestCase, oneLine } from '../model/case-reference.ts';

/** No input. */
export const empty = z.strictObject({});
/** Id of a run. */
export const runId = z.string().min(1).max(64);
/** Id of an export, chosen by the caller. */
export const exportId = z.string().min(1).max(64);
/** What a rule is called by. */
export const ruleKey = z.string().min(1).max(256);
/** The case that something is done for, as the analysts' own system calls it: one line. */
export const caseReference = z.string().trim().min(1).max(longestCase).regex(oneLine, 'must be one line');
/** A length of time in hours, above 0. */
export const hours = z
  .number()
  .positive()
  .max(24 * 366);
/** How many kinds of change a near miss has. */
export const nearAtLeast = z.int().min(1).max(100);
/** Which table of a run. */
export const table = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('confirmed') }),
  z.strictObject({ kind: z.literal('undetermined') }),
  z.strictObject({ kind: z.literal('near'), atLeast: nearAtLeast, windowHours: hours }),
  z.strictObject({ kind: z.literal('source'), source: z.string().min(1).max(500) }),
]);
/** A table as it is asked for: one of a run, or its clients by what has become of them since the run before. */
export const shownTable = z.discriminatedUnion('kind', [
  ...table.options,
  z.strictObject({ kind: z.literal('change'), change: z.enum(['new', 'gone', 'still', 'unknown']) }),
]);
/** The order of a table. */
export const sort = z.strictObject({ column: z.string().min(1).max(200), descending: z.boolean() });
/** Filters of a table; all must hold. */
export const filters = z.array(z.strictObject({ column: z.string().min(1).max(200), contains: z.string().max(500) })).max(50);
