import { describe, expect, it } from 'vitest';
import { CamError } from '../../model/failure.ts';
import { targetOf } from '../../testing/oracle-harness.ts';
import { connectAttributes } from './connect-attributes.ts';
import { sqlnetOra } from './sqlnet-ora.ts';
import { oracleWorkerEnvironment, type WorkerEnvironmentInput } from './worker-environment.ts';

const place = { host: 'oracle.client.example.com', port: 6036 };

describe('connect attributes', () => {
  it('of an account name user and password, and a whole descriptor', () => {
    expect(connectAttributes(targetOf(place, { connectTimeoutMs: 2500 }))).toEqual({
      user: 'scott',
      password: 'tiger',
      stmtCacheSize: 0,
      connectTimeout: 8,
      transportConnectTimeout: 8,
      connectString:
        '(DESCRIPTION=(SDU=65535)(CONNECT_TIMEOUT=8)(TRANSPORT_CONNECT_TIMEOUT=8)(ADDRESS=(PROTOCOL=TCP)(HOST=oracle.client.example.com)(PORT=6036))(CONNECT_DATA=(SERVICE_NAME=TESTDB)))',
    });
  });

  it('of Kerberos name no account, and the cache and the principal that are configured', () => {
    const attributes = connectAttributes(
      targetOf(place, { authentication: { kind: 'kerberos', principal: 'jdoe@EXAMPLE.COM', cache: 'FILE:/home/jdoe/krb5cc' } }),
    );
    expect(attributes).toMatchObject({ externalAuth: true });
    expect(attributes).not.toHaveProperty('user');
    expect(attributes).not.toHaveProperty('password');
    expect(attributes.connectString).toContain('(SECURITY=(KERBEROS5_CC_NAME=/home/jdoe/krb5cc)(KERBEROS5_PRINCIPAL=jdoe@EXAMPLE.COM))');
  });

  it("of Kerberos name the settings' cache where the database has none of its own, and nothing where there is none", () => {
    const kerberos = { authentication: { kind: 'kerberos' } } as const;
    const settings = { oracleClient: { traceLevel: 0, krb5Cache: '/tmp/krb5cc_7' } };
    expect(connectAttributes(targetOf(place, { ...kerberos, ...settings })).connectString).toContain(
      '(SECURITY=(KERBEROS5_CC_NAME=/tmp/krb5cc_7))',
    );
    expect(connectAttributes(targetOf(place, kerberos)).connectString).not.toContain('SECURITY');
  });

  it.each(['x)(HOST=evil', 'a b', 'a"b', "a'b", ''])('refuse a host or service that would break out of the descriptor: %j', (word) => {
    for (const endpoint of [
      { kind: 'oracle', host: word, port: 1521, serviceName: 'S' },
      { kind: 'oracle', host: 'h', port: 1521, serviceName: word },
    ] as const) {
      expect(() => connectAttributes(targetOf(place, { endpoint }))).toThrow(CamError);
    }
  });

  it('refuse a database without any way to log on', () => {
    expect(() => connectAttributes(targetOf(place, { authentication: { kind: 'none' } }))).toThrow(CamError);
  });
});

describe('sqlnet.ora', () => {
  it('lets nothing but Kerberos in', () => {
    expect(sqlnetOra({ krb5Cache: 'FILE:/tmp/krb5cc_7', disableOob: false, traceLevel: 0, platform: 'linux' })).toBe(
      [
        'NAMES.DIRECTORY_PATH=(TNSNAMES,EZCONNECT)',
        'SQLNET.AUTHENTICATION_SERVICES=(KERBEROS5)',
        'SQLNET.AUTHENTICATION_KERBEROS5_SERVICE=oracle',
        'SQLNET.KERBEROS5_CONF=/etc/krb5.conf',
        'SQLNET.KERBEROS5_CONF_MIT=TRUE',
        'SQLNET.KERBEROS5_CC_NAME=/tmp/krb5cc_7',
        'SQLNET.FALLBACK_AUTHENTICATION=FALSE',
        '',
      ].join('\n'),
    );
  });

  it('switches out-of-band breaks off and tracing on where that is configured', () => {
    const text = sqlnetOra({
      krb5Conf: '/etc/own.conf',
      disableOob: true,
      traceLevel: 16,
      traceDirectory: '/var/trace',
      platform: 'linux',
    });
    expect(text).toContain('DISABLE_OOB=ON\n');
    expect(text).toContain('SQLNET.KERBEROS5_CONF=/etc/own.conf\n');
    expect(text).toContain('TRACE_LEVEL_CLIENT=16\nTRACE_DIRECTORY_CLIENT=/var/trace\nDIAG_ADR_ENABLED=OFF\n');
    expect(text).not.toContain('CC_NAME');
  });

  it("takes the logon's own ticket on Windows unless a cache is named", () => {
    expect(sqlnetOra({ disableOob: false, traceLevel: 0, platform: 'win32' })).toContain('SQLNET.KERBEROS5_CC_NAME=OSMSFT://\n');
  });
});

describe("the environment of a database's process", () => {
  const input: WorkerEnvironmentInput = {
    database: { authentication: { kind: 'kerberos', cache: '/home/jdoe/cc' }, maxConcurrency: 4, options: { disable_oob: true } },
    oracleClient: { traceLevel: 0, instantClientDir: '/opt/instantclient', krb5Conf: '/etc/own.conf' },
    directory: '/data/oracle/client_activity',
    platform: 'linux',
    libraryPath: '/usr/local/lib',
  };

  it('with Kerberos points every library to the files of this database, which are generated', () => {
    const { environment, files } = oracleWorkerEnvironment(input);
    expect(environment).toEqual({
      UV_THREADPOOL_SIZE: '6',
      TZ: 'UTC',
      TNS_ADMIN: '/data/oracle/client_activity',
      KRB5CCNAME: 'FILE:/home/jdoe/cc',
      KRB5_CONFIG: '/etc/own.conf',
      LD_LIBRARY_PATH: '/opt/instantclient:/usr/local/lib',
    });
    expect(Object.keys(files)).toEqual(['/data/oracle/client_activity/sqlnet.ora']);
    expect(files['/data/oracle/client_activity/sqlnet.ora']).toContain('DISABLE_OOB=ON');
  });

  it('with a password needs threads and a zone, and no files', () => {
    const database = { ...input.database, authentication: { kind: 'password', user: 'u', passwordEnv: 'P' } } as const;
    expect(oracleWorkerEnvironment({ ...input, database })).toEqual({ environment: { UV_THREADPOOL_SIZE: '6', TZ: 'UTC' }, files: {} });
  });

  it('leaves the loader path alone where the library is named otherwise', () => {
    expect(oracleWorkerEnvironment({ ...input, platform: 'win32' }).environment).not.toHaveProperty('LD_LIBRARY_PATH');
  });
});
