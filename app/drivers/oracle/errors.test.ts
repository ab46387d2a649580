import { describe, expect, it } from 'vitest';
import { CamError, retryClassOf } from '../../model/failure.ts';
import { oracleError } from './errors.ts';
import { oracleErrors } from './error-table.ts';

/** An error as the library throws it. */
function thrown(code: string, more: { readonly text?: string; readonly errorNum?: number } = {}): Error {
  const text = more.text ?? `${code}: something\nHelp: https://docs.oracle.com/error-help/db/${code.toLowerCase()}/`;
  return Object.assign(new Error(text), { code, ...(more.errorNum === undefined ? {} : { errorNum: more.errorNum }) });
}

function failureOf(error: Error, context: Parameters<typeof oracleError>[1] = { stage: 'statement' }): CamError['failure'] {
  const known = oracleError(error, context);
  if (known instanceof CamError) return known.failure;
  throw known;
}

describe('errors told to people', () => {
  it.each(Object.keys(oracleErrors))('%s has a sentence and a next step, and keeps its number', (code) => {
    const failure = failureOf(thrown(code));
    expect(failure.vendorCode).toBe(code);
    expect(failure.message).toMatch(/^[A-Z].*[^ ]$/s);
    expect(failure.action).toMatch(/^[A-Z].*\.$/);
    expect(failure.detail).not.toContain('https://');
  });

  it('no error of a logon is ever tried again, and no account is locked by this program', () => {
    const logon = ['ORA-01017', 'ORA-01045', 'ORA-01005', 'ORA-28000', 'ORA-28001', 'ORA-12638', 'ORA-12687', 'ORA-12631', 'ORA-12639'];
    for (const code of logon) {
      const failure = failureOf(thrown(code), { stage: 'logon', isKerberos: true });
      expect({ code, retry: retryClassOf(failure) }).toEqual({ code, retry: 'never' });
    }
  });

  it.each(['NJS-503', 'NJS-510', 'ORA-12170', 'ORA-12535', 'ORA-12609'])(
    '%s in a logon means that the database cannot be reached, and after a statement was sent that the connection is lost',
    (code) => {
      expect(failureOf(thrown(code), { stage: 'logon', isKerberos: true }).code).toBe('db.unreachable');
      expect(failureOf(thrown(code), { stage: 'statement' }).code).toBe('db.connection-lost');
    },
  );

  it("a limit of the account's profile is a refusal that is not tried again", () => {
    for (const code of ['ORA-02391', 'ORA-02392', 'ORA-02393', 'ORA-02394', 'ORA-02395', 'ORA-02397'])
      expect({ code, ours: failureOf(thrown(code)).code }).toEqual({ code, ours: 'rate.limited' });
  });

  it('an unknown code is never tried again and is told in the words of the database', () => {
    const failure = failureOf(thrown('ORA-31337', { text: 'ORA-31337: the moon is full\nORA-06512: at line 1' }));
    expect(failure).toMatchObject({ code: 'db.error', vendorCode: 'ORA-31337', message: 'Oracle: ORA-31337: the moon is full' });
    expect(retryClassOf(failure)).toBe('never');
  });

  it("the server's number is found inside the library's own", () => {
    const text = 'NJS-500: connection to the Oracle Database was broken\nORA-00028: your session has been killed';
    expect(failureOf(thrown('NJS-500', { text, errorNum: 28 }))).toMatchObject({ code: 'db.session-killed', vendorCode: 'ORA-00028' });
    expect(failureOf(thrown('NJS-500', { text: 'NJS-500: connection to the Oracle Database was broken' }))).toMatchObject({
      code: 'db.connection-lost',
      vendorCode: 'NJS-500',
    });
    const refused = 'NJS-511: connection was refused by the listener. ORA-12516';
    expect(failureOf(thrown('NJS-511', { text: refused }))).toMatchObject({ code: 'db.busy', vendorCode: 'ORA-12516' });
  });

  it('ORA-01017 with Kerberos speaks of the account that is missing, and of whose', () => {
    const failure = failureOf(thrown('ORA-01017', { errorNum: 1017 }), { stage: 'logon', isKerberos: true, principal: 'jdoe@EXAMPLE.COM' });
    expect(failure.message).toContain('jdoe@EXAMPLE.COM');
    expect(failure.action).toContain('IDENTIFIED EXTERNALLY');
    expect(failureOf(thrown('ORA-01017'), { stage: 'logon', isKerberos: false }).message).not.toContain('ticket');
  });

  it('a secret in the text of an error does not come through', () => {
    const failure = failureOf(thrown('ORA-20001', { text: 'ORA-20001: bad call scott/tiger@host with password=tiger' }));
    expect(JSON.stringify(failure)).not.toContain('tiger');
  });
});
