/** A failure as plain data, and the error that carries it inside a process. */
import { errorText } from '../base/error-text.ts';
import { type ErrorCode, errorKinds, type RetryClass } from './error-code.ts';

/** What went wrong, told to a person. It can be cloned and sent to another process. */
export interface Failure {
  readonly code: ErrorCode;
  /** One sentence for the analyst. */
  readonly message: string;
  /** The next step, one sentence. */
  readonly action: string;
  /** The vendor's own code, such as `ORA-12638`, `NJS-503`, `28P01`. */
  readonly vendorCode?: string;
  /** The part of a request that is not right, as the contract names it (`lastEvent`, `partitions.region`), where it is one. */
  readonly field?: string;
  /** The full text for whoever mends it; secrets are already taken out. */
  readonly detail?: string;
}

/** Makes a failure: the table's sentences unless better ones are given. */
export function failure(code: ErrorCode, more: Partial<Omit<Failure, 'code'>> = {}): Failure {
  const known = errorKinds[code];
  return { code, message: known.message, action: known.action, ...more };
}

/** Whether trying again can help, by the table. */
export function retryClassOf(value: Failure): RetryClass {
  return errorKinds[value.code].retry;
}

/** A logon that, repeated, locks the account or finds it locked: only a person may ask for another one. */
export function isRefusedLogon({ code }: Pick<Failure, 'code'>): boolean {
  return code === 'db.auth' || code === 'db.account-locked';
}

/**
 * For whom a logon that failed so stands, as long as a run goes on: for all endpoints of the database, which know the same account and
 * the same client, or for the one that was asked; `undefined`: for nobody, it may be tried again.
 */
export function scopeOfFailedLogon(value: Failure): 'database' | 'endpoint' | undefined {
  if (retryClassOf(value) !== 'never' || !/^(db|kerberos)\./.test(value.code)) return undefined;
  return value.code === 'db.unknown-host' || value.code === 'db.unknown-service' ? 'endpoint' : 'database';
}

/** The error the program throws; everything else that is thrown is a mistake in the program (`internal`). */
export class CamError extends Error {
  readonly failure: Failure;

  constructor(value: Failure, options?: { cause?: unknown }) {
    super(value.message, options);
    this.name = 'CamError';
    this.failure = value;
  }
}

/** Does work for one part of a request: a refusal names that part, unless it names a smaller one. */
export function forField<T>(field: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CamError) || error.failure.code !== 'request.invalid' || error.failure.field !== undefined) throw error;
    throw new CamError({ ...error.failure, field }, { cause: error });
  }
}

/** The failure inside an error of ours; for a foreign error, `internal` (or `fallback`) with its text as detail. */
export function toFailure(error: unknown, fallback: ErrorCode = 'internal'): Failure {
  if (error instanceof CamError) return error.failure;
  return failure(fallback, { detail: errorText(error) });
}
