/**
 * PostgreSQL's errors as the program's failures. The meaning of a code is in PostgreSQL's manual, appendix "PostgreSQL Error
 * Codes"; what comes from the network has Node's own codes.
 */
import { DatabaseError } from 'pg';
import { errorCode, errorMessage } from '../../base/error-text.ts';
import { redactText } from '../../base/logger.ts';
import type { ErrorCode } from '../../model/error-code.ts';
import { CamError, type Failure, failure } from '../../model/failure.ts';

/** Where an error came up: it decides what a broken connection means. */
export type Stage = 'connect' | 'statement';

/** What a code means; `action` where the table of all failures has no better one for PostgreSQL. */
type Meaning = readonly [code: ErrorCode, action?: string];

/** By the five characters of SQLSTATE, else by its class (the first two). */
const sqlStates: Readonly<Record<string, Meaning>> = {
  '08': ['db.connection-lost'],
  '08001': ['db.unreachable'],
  '08004': ['db.unreachable'],
  '08P01': ['db.error'],
  '0A': ['sql.invalid'],
  '21': ['sql.invalid'],
  '22': ['sql.invalid'],
  '25006': ['sql.not-read-only'],
  '25P03': ['db.session-killed'],
  '25P04': ['query.timeout'],
  '28': ['db.auth'],
  '3D000': ['db.unknown-service', 'Correct database in databases.yaml.'],
  '3F000': ['sql.denied', 'Correct default_schema in databases.yaml or the name in the SQL file.'],
  // A standby ends a query whose rows are being cleaned up on the primary ("conflict with recovery").
  '40001': ['db.snapshot-too-old', 'Run the source again, or ask the DBA for a longer max_standby_streaming_delay.'],
  '40P01': ['db.busy'],
  '42': ['sql.invalid'],
  '42501': ['sql.denied'],
  '42P01': ['sql.denied'],
  '53': ['db.busy'],
  '53400': ['rate.limited', 'Narrow the query, or ask the DBA to raise the limit that the server names.'],
  '54': ['sql.invalid'],
  '55P03': ['db.busy'],
  '57P01': ['db.session-killed'],
  '57P02': ['db.connection-lost'],
  '57P03': ['db.unreachable', 'The server is starting or stopping: wait a moment and try again.'],
  '57P04': ['db.unknown-service', 'The database was dropped: correct database in databases.yaml.'],
  '57P05': ['db.session-killed'],
  '72000': ['db.snapshot-too-old'],
};

/** By Node's code of a socket, resolver or TLS error. */
const networkCodes: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: ['db.unreachable'],
  ETIMEDOUT: ['db.unreachable'],
  EHOSTUNREACH: ['db.unreachable'],
  ENETUNREACH: ['db.unreachable'],
  ENOTFOUND: ['db.unknown-host'],
  EAI_AGAIN: ['db.unknown-host'],
};

const certificateAction =
  'Ask the DBA for the certificate authority and name its file in the environment variable NODE_EXTRA_CA_CERTS, or correct host in databases.yaml.';

/** The error to throw for what PostgreSQL or the network reported. `sql` is the text as sent, for the line. */
export function postgresError(error: unknown, stage: Stage, sql?: string): CamError {
  if (error instanceof CamError) return error;
  const value = error instanceof DatabaseError ? serverFailure(error, stage, sql) : networkFailure(error, stage);
  return new CamError(value, { cause: error });
}

function serverFailure(error: DatabaseError, stage: Stage, sql: string | undefined): Failure {
  const state = error.code ?? '';
  const more = { vendorCode: state, detail: detailOf(error) };
  const sentence = redactText(error.message);
  if (state === '57014') return endedByServer(sentence, more);
  // Nothing of the SQL file has been sent yet: it is the settings of the session that the server does not take.
  if (stage === 'connect' && /^(22|42)/.test(state)) return failure('db.configuration', { message: `PostgreSQL: ${sentence}.`, ...more });
  const [code, action] = sqlStates[state] ?? sqlStates[state.slice(0, 2)] ?? ['db.error'];
  const line = sql === undefined ? undefined : lineOf(sql, Number(error.position));
  const place = line === undefined ? '' : ` (line ${line} of the SQL file)`;
  return failure(code, { message: `PostgreSQL: ${sentence}${place}.`, ...(action === undefined ? {} : { action }), ...more });
}

/** 57014 that nobody here asked for: a limit of the server, or somebody who ended the statement there. */
function endedByServer(sentence: string, more: Pick<Failure, 'vendorCode' | 'detail'>): Failure {
  if (/timeout/i.test(sentence)) {
    const action = 'Narrow the query, or ask the DBA to raise statement_timeout for this account.';
    return failure('query.timeout', { message: `PostgreSQL: ${sentence}.`, action, ...more });
  }
  const action = 'Ask the DBA who cancelled it and why.';
  return failure('query.cancelled', { message: `The statement was cancelled on the server: ${sentence}.`, action, ...more });
}

function networkFailure(error: unknown, stage: Stage): Failure {
  const text = redactText(errorMessage(error));
  const vendorCode = errorCode(error);
  const more = { detail: text, ...(vendorCode === undefined ? {} : { vendorCode }) };
  // Once a statement has been sent, a network that fails leaves it behind.
  const known = vendorCode === undefined || stage === 'statement' ? undefined : networkCodes[vendorCode];
  if (known !== undefined) return failure(known[0], more);
  // What pg itself throws has no code.
  if (/^SASL: .*password must be/.test(text)) {
    return failure('db.auth', {
      message: 'The server asks for a password, and there is none.',
      action: 'Set user and password_env.',
      ...more,
    });
  }
  if (text.includes('authenticationOk message type')) {
    const message = 'The server asks for a kind of logon that this program does not have (such as GSSAPI).';
    return failure('db.configuration', { message, action: 'Ask the DBA for an account with a password (scram-sha-256).', ...more });
  }
  if (/does not support SSL/i.test(text)) {
    const action = 'Set tls: false for this database if the network may carry the rows in the clear.';
    return failure('db.configuration', { message: 'The server does not offer TLS.', action, ...more });
  }
  if (vendorCode !== undefined && /CERT|ISSUER|LEAF_SIGNATURE|ALTNAME/.test(vendorCode)) {
    const message = `The server's certificate is not accepted (${vendorCode}).`;
    return failure('db.configuration', { message, action: certificateAction, ...more });
  }
  return failure(stage === 'connect' ? 'db.unreachable' : 'db.connection-lost', more);
}

/** Everything PostgreSQL says, for whoever mends it. */
function detailOf(error: DatabaseError): string {
  const parts = [
    `${error.severity ?? 'ERROR'} ${error.code ?? ''}: ${error.message}`,
    error.detail === undefined ? undefined : `Detail: ${error.detail}`,
    error.hint === undefined ? undefined : `Hint: ${error.hint}`,
    error.where === undefined ? undefined : `Where: ${error.where}`,
  ];
  return redactText(parts.filter((part) => part !== undefined).join('\n'));
}

/** The line of a position, both counted from 1; positions count characters, not UTF-16 units. Tag and binds add no lines. */
function lineOf(sql: string, position: number): number | undefined {
  if (!(position >= 1)) return undefined;
  let line = 1;
  let at = 1;
  for (const character of sql) {
    if (at >= position) break;
    if (character === '\n') line += 1;
    at += 1;
  }
  return line;
}
