import { DatabaseError } from 'pg';
import { describe, expect, it } from 'vitest';
import { retryClassOf } from '../../model/failure.ts';
import { postgresError, type Stage } from './postgres-errors.ts';

function serverError(code: string, more: Partial<DatabaseError> = {}): DatabaseError {
  return Object.assign(new DatabaseError('what the server says', 0, 'error'), { code, severity: 'ERROR', ...more });
}

function networkError(code: string, message = 'read'): Error {
  return Object.assign(new Error(`${message} ${code}`), { code });
}

describe('what the server says', () => {
  it.each([
    ['28P01', 'db.auth', 'never'],
    ['28000', 'db.auth', 'never'],
    ['3D000', 'db.unknown-service', 'never'],
    ['3F000', 'sql.denied', 'never'],
    ['42P01', 'sql.denied', 'never'],
    ['42501', 'sql.denied', 'never'],
    ['42601', 'sql.invalid', 'never'],
    ['42703', 'sql.invalid', 'never'],
    ['22012', 'sql.invalid', 'never'],
    ['54001', 'sql.invalid', 'never'],
    ['25006', 'sql.not-read-only', 'never'],
    ['40001', 'db.snapshot-too-old', 'once'],
    ['40P01', 'db.busy', 'retry'],
    ['53300', 'db.busy', 'retry'],
    ['53200', 'db.busy', 'retry'],
    ['53400', 'rate.limited', 'never'],
    ['55P03', 'db.busy', 'retry'],
    ['57P01', 'db.session-killed', 'once'],
    ['57P02', 'db.connection-lost', 'retry'],
    ['57P03', 'db.unreachable', 'retry'],
    ['57P04', 'db.unknown-service', 'never'],
    ['57P05', 'db.session-killed', 'once'],
    ['25P03', 'db.session-killed', 'once'],
    ['08006', 'db.connection-lost', 'retry'],
    ['08P01', 'db.error', 'never'],
    ['XX000', 'db.error', 'never'],
    ['99999', 'db.error', 'never'],
  ] as const)('%s is %s and may be tried again: %s', (state, code, retry) => {
    const { failure } = postgresError(serverError(state), 'statement');
    expect({ code: failure.code, retry: retryClassOf(failure), vendorCode: failure.vendorCode }).toEqual({
      code,
      retry,
      vendorCode: state,
    });
  });

  it.each([
    ['canceling statement due to statement timeout', 'query.timeout'],
    ['canceling statement due to user request', 'query.cancelled'],
    ['storniere Anfrage wegen Benutzeraufforderung', 'query.cancelled'],
  ])('57014 “%s” is %s', (message, code) => {
    expect(postgresError(serverError('57014', { message }), 'statement').failure.code).toBe(code);
  });

  it('settings that the server does not take at logon are no mistake of the SQL file', () => {
    expect(postgresError(serverError('22023'), 'connect').failure.code).toBe('db.configuration');
  });

  it.each([
    ['1', 1],
    ['8', 1],
    ['9', 2],
    ['12', 3],
  ])('position %s lies in line %i', (position, line) => {
    // Eight characters in the first line, its end among them; one of them takes two units of UTF-16.
    const { failure } = postgresError(serverError('42601', { position }), 'statement', 'SELECT😀\nab\ncd');
    expect(failure.message).toBe(`PostgreSQL: what the server says (line ${line} of the SQL file).`);
  });

  it('secrets in its words are taken out', () => {
    const { failure } = postgresError(
      serverError('XX000', { message: 'password=hunter2 refused', hint: 'postgres://u:hunter2@h' }),
      'connect',
    );
    expect(JSON.stringify(failure)).not.toContain('hunter2');
  });
});

describe('what the network says', () => {
  it.each([
    ['ECONNREFUSED', 'connect', 'db.unreachable'],
    ['ETIMEDOUT', 'connect', 'db.unreachable'],
    ['EHOSTUNREACH', 'connect', 'db.unreachable'],
    ['ENOTFOUND', 'connect', 'db.unknown-host'],
    ['EAI_AGAIN', 'connect', 'db.unknown-host'],
    ['ECONNRESET', 'connect', 'db.unreachable'],
    ['ECONNRESET', 'statement', 'db.connection-lost'],
    ['ETIMEDOUT', 'statement', 'db.connection-lost'],
    ['EHOSTUNREACH', 'statement', 'db.connection-lost'],
    ['EPIPE', 'statement', 'db.connection-lost'],
    ['CERT_HAS_EXPIRED', 'connect', 'db.configuration'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'connect', 'db.configuration'],
  ] as const)('%s while %s is %s', (code, stage: Stage, expected) => {
    expect(postgresError(networkError(code), stage).failure).toMatchObject({ code: expected, vendorCode: code });
  });

  it('a kind of logon that pg does not know is a matter of configuration', () => {
    const error = new Error('Unknown authenticationOk message type 7');
    expect(postgresError(error, 'connect').failure.code).toBe('db.configuration');
  });

  it('a connection that ends without a word is lost', () => {
    expect(postgresError(new Error('Connection terminated unexpectedly'), 'statement').failure.code).toBe('db.connection-lost');
  });
});
