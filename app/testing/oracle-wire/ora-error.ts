/** Errors as the database tells them. */
import { errorMessage } from '../../base/error-text.ts';

const messages: Readonly<Record<number, string>> = {
  28: 'your session has been killed',
  54: 'resource busy and acquire with NOWAIT specified or timeout expired',
  600: 'internal error code, arguments: [], [], [], [], [], [], [], []',
  900: 'invalid SQL statement',
  904: 'invalid identifier',
  911: 'invalid character',
  922: 'missing or invalid option',
  923: 'FROM keyword not found where expected',
  933: 'SQL command not properly ended',
  942: 'table or view does not exist',
  1001: 'invalid cursor',
  1002: 'fetch out of sequence',
  1008: 'not all variables bound',
  1012: 'not logged on',
  1013: 'user requested cancel of current operation',
  1017: 'invalid username/password; logon denied',
  1031: 'insufficient privileges',
  1033: 'ORACLE initialization or shutdown in progress',
  1045: 'user lacks CREATE SESSION privilege; logon denied',
  1089: 'immediate shutdown or close in progress - no operations are permitted',
  1403: 'no data found',
  1426: 'numeric overflow',
  1435: 'user does not exist',
  1453: 'SET TRANSACTION must be first statement of transaction',
  1456: 'may not perform insert, delete, update operation inside a READ ONLY transaction',
  1555: 'snapshot too old: rollback segment number 10 with name "_SYSSMU10$" too small',
  1882: 'timezone region not found',
  2003: 'invalid USERENV parameter',
  3113: 'end-of-file on communication channel',
  3135: 'connection lost contact',
  12638: 'Credential retrieval failed',
  20999: 'the statement failed',
  28000: 'The account is locked.',
  28001: 'the password has expired',
};

/** Errors after which the database ends the session. */
const fatal: ReadonlySet<number> = new Set([28, 600, 1012, 1033, 1089, 3113, 3114, 3135]);

/** Thrown by whatever answers a statement; becomes the error message on the wire. */
export class OraError extends Error {
  readonly code: number;
  /** Where in the statement, counted in characters from 0. */
  readonly position: number | undefined;

  constructor(code: number, options: { readonly message?: string; readonly position?: number } = {}) {
    super(options.message ?? messages[code] ?? 'error');
    this.name = 'OraError';
    this.code = code;
    this.position = options.position;
  }

  /** As the client shows it: `ORA-00942: table or view does not exist`. */
  get text(): string {
    return `ORA-${String(this.code).padStart(5, '0')}: ${this.message}`;
  }

  /** Whether the session is over after it. */
  get endsSession(): boolean {
    return fatal.has(this.code);
  }
}

/** Whatever was thrown, as an error the client accepts: ORA-20999 rather than 600, which would end its connection. */
export function asOraError(thrown: unknown): OraError {
  if (thrown instanceof OraError) return thrown;
  return new OraError(20_999, { message: errorMessage(thrown) });
}
