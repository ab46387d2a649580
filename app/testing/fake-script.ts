/**
 * What a fake database does: JSON in the endpoint's `script` (how it connects, and what a statement does unless it says
 * otherwise) and in a comment of the statement that begins with `fake` and overrides it: `fake {"rows": 5}`.
 */
import * as z from 'zod';
import { type ErrorCode, errorCodes } from '../model/error-code.ts';

const errorCode = z.enum(errorCodes as [ErrorCode, ...ErrorCode[]]);

const step = z.strictObject({
  /** Waits this long first. */
  delayMs: z.number().default(0),
  /** Does not hear an abort while it waits or hangs. */
  ignoreAbort: z.boolean().default(false),
  /** Nor does it notice that its connection is cut. */
  ignoreCut: z.boolean().default(false),
  /** `hang`: for ever. `exit`, `sigkill`: the process ends. `block`: the event loop stands still for ever. */
  then: z.enum(['go on', 'hang', 'fail', 'exit', 'sigkill', 'block']).default('go on'),
  /** A file that is made just before, so that a test knows when it happens. */
  marker: z.string().optional(),
  /** For `fail`. */
  code: errorCode.default('db.error'),
  message: z.string().optional(),
});

const column = z.strictObject({
  name: z.string(),
  kind: z.enum(['text', 'integer', 'decimal', 'double', 'boolean', 'timestamp', 'instant']),
  encoding: z.enum(['text', 'micros']).optional(),
  /** Values in turn; by default they are made from the number of the row, from 1. Bigints are written as text ending in `n`. */
  values: z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])).optional(),
  /** The value of the bind variable of this name; those of a list with commas between them. */
  bind: z.string().optional(),
});

const statement = z.strictObject({
  columns: z.array(column).optional(),
  rows: z.number().optional(),
  batchRows: z.number().optional(),
  /** Before the result is there. */
  execute: step.optional(),
  /** Before every batch. */
  fetch: step.optional(),
  /** Once, when this many rows have been given. */
  midway: step.extend({ afterRows: z.number() }).optional(),
});

const script = z.strictObject({
  connect: step.optional(),
  close: step.optional(),
  statement: statement.optional(),
  /** A standby that is so far behind; `null`: one that does not say how far. */
  replicationLagMs: z.number().nullable().optional(),
});

/** One thing that happens. */
export type FakeStep = z.infer<typeof step>;
/** One column of a fake result. */
export type FakeColumn = z.infer<typeof column>;
/** What a statement does. */
export type FakeStatement = z.infer<typeof statement>;
/** What a database does. */
export type FakeScript = z.infer<typeof script>;
/** The same as it is written, with everything optional. */
export type FakeScriptInput = z.input<typeof script>;

/** Reads the endpoint's script; blank means nothing special. @throws Error for a script that is not understood */
export function parseScript(text: string): FakeScript {
  return script.parse(text.trim() === '' ? {} : JSON.parse(text));
}

/** What this statement does: the database's habit, changed by the statement's own comment. */
export function statementOf(habit: FakeStatement | undefined, sql: string): FakeStatement {
  const own = /\/\*fake (.*?)\*\//s.exec(sql)?.[1];
  return { ...habit, ...(own === undefined ? {} : statement.parse(JSON.parse(own))) };
}

/** The text of a statement that does this; `rest` may hold binds. */
export function fakeSql(what: z.input<typeof statement>, rest = '* FROM anything'): string {
  return `SELECT /*fake ${JSON.stringify(what)}*/ ${rest}`;
}
