/** Errors of the `oracledb` library as the program's failures. */
import { AbortedError } from '../../base/abort.ts';
import { errorMessage } from '../../base/error-text.ts';
import { redactText } from '../../base/logger.ts';
import { CamError, type Failure, failure } from '../../model/failure.ts';
import { isStatementMistake, type OracleErrorRow, oracleErrors } from './error-table.ts';

/** What the library throws, as far as it is of use. */
export interface OracleErrorFacts {
  /** The most telling code: the server's where the library wraps one (`NJS-500` around `ORA-03113`), else the library's. */
  readonly vendorCode: string | undefined;
  /** Number of an ORA- error. */
  readonly number: number | undefined;
  /** Where in the statement that was sent, in characters from 0. */
  readonly offset: number | undefined;
  /** The server's sentence without its code. */
  readonly sentence: string;
  readonly text: string;
  /** Nothing more can be said to the server, so nobody knows what it is doing. */
  readonly isLost: boolean;
}

/** What was going on when it was thrown. */
export type OracleErrorContext =
  | { readonly stage: 'logon'; readonly principal?: string | undefined; readonly isKerberos: boolean }
  | {
      readonly stage: 'statement';
      /** Where in the file an offset of the sent text is. */ readonly placeOf?: (offset: number) => string | undefined;
    };

/** Reads an error of the library. */
export function readOracleError(error: unknown): OracleErrorFacts {
  const text = redactText(errorMessage(error)).replace(/\nHelp: https:\S+/g, '');
  const own = property(error, 'code');
  const ownCode = typeof own === 'string' ? own : /^([A-Z]{3}-\d+):/.exec(text)?.[1];
  const errorNumber = property(error, 'errorNum');
  const wrapped = /\b(ORA-\d{5})\b/.exec(text)?.[1];
  const fromNumber = typeof errorNumber === 'number' && errorNumber > 0 ? oraCode(errorNumber) : undefined;
  const vendorCode = fromNumber ?? wrapped ?? ownCode;
  const offset = property(error, 'offset');
  return {
    vendorCode,
    number: vendorCode?.startsWith('ORA-') === true ? Number(vendorCode.slice(4)) : undefined,
    offset: typeof offset === 'number' && offset > 0 ? offset : undefined,
    sentence: sentenceOf(text, vendorCode),
    text,
    isLost: lostCodes.has(ownCode ?? '') || lostCodes.has(vendorCode ?? ''),
  };
}

/** Codes of the library that say the connection is gone; around a server's error too. */
const lostCodes: ReadonlySet<string> = new Set([
  'NJS-003',
  'NJS-500',
  'NJS-501',
  'NJS-521',
  'DPI-1010',
  'DPI-1080',
  'ORA-03113',
  'ORA-03114',
  'ORA-03135',
]);

/** Whether the server says that it has cancelled the call. */
export function isCancelled(error: unknown): boolean {
  return readOracleError(error).number === 1013;
}

/** The error to throw instead of one of the library's. Errors of the program's own pass as they are. */
export function oracleError(error: unknown, context: OracleErrorContext): CamError | AbortedError {
  if (error instanceof CamError || error instanceof AbortedError) return error;
  return new CamError(oracleFailure(readOracleError(error), context), { cause: error });
}

function oracleFailure(facts: OracleErrorFacts, context: OracleErrorContext): Failure {
  const row = rowOf(facts, context);
  const known = failure(row.code);
  const place = context.stage === 'statement' && facts.offset !== undefined ? context.placeOf?.(facts.offset) : undefined;
  const own = row.message ?? known.message;
  const isStatement = row.code.startsWith('sql.') || row.code === 'db.error';
  return failure(row.code, {
    message: isStatement ? `Oracle: ${facts.sentence}${place === undefined ? '' : ` (${place})`}` : own,
    action: row.action ?? known.action,
    ...(facts.vendorCode === undefined ? {} : { vendorCode: facts.vendorCode }),
    detail: isStatement && row.message !== undefined ? `${own}\n${facts.text}` : facts.text,
  });
}

function rowOf(facts: OracleErrorFacts, context: OracleErrorContext): OracleErrorRow {
  // The library gives a name that does not resolve the same code as a port where nobody listens.
  const code = facts.vendorCode === 'NJS-503' && /\b(ENOTFOUND|EAI_AGAIN)\b/.test(facts.text) ? 'NJS-530' : facts.vendorCode;
  const row = code === undefined ? undefined : oracleErrors[code];
  if (context.stage === 'logon') return logonRow(row, facts, context);
  if (row !== undefined) return row.isNetwork === true ? lineFailed : row;
  return { code: facts.number !== undefined && isStatementMistake(facts.number) ? 'sql.invalid' : 'db.error' };
}

const lineFailed: OracleErrorRow = { code: 'db.connection-lost' };

function logonRow(
  row: OracleErrorRow | undefined,
  facts: OracleErrorFacts,
  context: Extract<OracleErrorContext, { stage: 'logon' }>,
): OracleErrorRow {
  if (facts.vendorCode === 'ORA-01017' && context.isKerberos) {
    const whom = context.principal ?? 'the Kerberos principal';
    return {
      code: 'db.auth',
      message: `The database accepted the ticket but has no account for ${whom}.`,
      action: `Ask the DBA for an account IDENTIFIED EXTERNALLY AS ${whom}.`,
    };
  }
  // The words of the table are about a query that was running.
  if (row?.code === 'db.connection-lost') {
    return { code: 'db.unreachable', message: 'The connection was dropped during the logon.', action: droppedLogonAction };
  }
  return row ?? { code: 'db.error' };
}

const droppedLogonAction = 'Run the missing sources again; if it repeats, tell the DBA the time.';

function sentenceOf(text: string, vendorCode: string | undefined): string {
  const lines = text.split('\n');
  const line = vendorCode === undefined ? undefined : lines.find((candidate) => candidate.includes(vendorCode));
  return (line ?? lines[0] ?? text).trim();
}

function oraCode(number: number): string {
  return `ORA-${String(number).padStart(5, '0')}`;
}

function property(error: unknown, name: 'code' | 'errorNum' | 'offset'): unknown {
  return typeof error === 'object' && error !== null && name in error ? (error as Record<string, unknown>)[name] : undefined;
}
