/** Errors of the store: is it away for now, or does it refuse this very record? */
import { type Failure, failure, CamError } from '../model/failure.ts';

/** SQLite's primary codes TOOBIG, CONSTRAINT, MISMATCH and RANGE. */
const refusingSqliteCodes = new Set([18, 19, 20, 25]);

/** Whether trying again can never help, because something is wrong with the records and not with the store. */
export function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { errcode, code, table } = error as { errcode?: unknown; code?: unknown; table?: unknown };
  // A chain that cannot be continued is no record's fault: nothing must be taken in past it.
  if (/\baudit_/.test(error.message) || String(table).startsWith('audit_')) return false;
  if (typeof errcode === 'number') return refusingSqliteCodes.has(errcode & 0xff);
  // PostgreSQL's classes of data exceptions, violated constraints and exceeded limits.
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return /^(22|23|54)/.test(code);
  // A record of a shape that is not ours.
  return error instanceof TypeError || error instanceof RangeError;
}

/** What is told of a store that cannot be used now. */
export function storeFailure(error: unknown): Failure {
  if (error instanceof CamError) return error.failure;
  const { message, errcode, code } = error as { message?: string; errcode?: number; code?: string };
  const vendorCode = errcode === undefined ? code : `SQLITE ${String(errcode)}`;
  return failure('history.unavailable', {
    ...(vendorCode === undefined ? {} : { vendorCode }),
    detail: message ?? String(error),
  });
}
