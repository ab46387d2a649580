import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleDatabase } from '../testing/builders.ts';
import { clientSurroundings } from './worker-environment.ts';

const kerberos = sampleDatabase({
  name: 'clients',
  driver: 'oracle',
  endpoint: { kind: 'oracle', host: 'oracle.example.com', port: 6036, serviceName: 'CLIENT_AUDIT' },
  authentication: { kind: 'kerberos' },
});
let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-workers-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('the surroundings of a client library', () => {
  const machine = () => ({
    oracleClient: { traceLevel: 0, instantClientDir: '/opt/oracle', krb5Cache: '/tmp/krb5cc_1', krb5Conf: '/etc/krb5.conf' },
    directory: folder,
    platform: 'linux' as const,
    libraryPath: undefined,
  });

  it('are for Oracle with Kerberos a folder of the database’s own with sqlnet.ora, its ticket cache and its library', () => {
    const { environment, files } = clientSurroundings(kerberos, machine());
    expect(environment).toMatchObject({
      TNS_ADMIN: folder,
      KRB5CCNAME: 'FILE:/tmp/krb5cc_1',
      KRB5_CONFIG: '/etc/krb5.conf',
      LD_LIBRARY_PATH: '/opt/oracle',
    });
    expect(files[join(folder, 'sqlnet.ora')]).toContain('KERBEROS5');
  });

  it('are nothing for a database that is entered otherwise', async () => {
    const { files } = clientSurroundings(
      { ...kerberos, authentication: { kind: 'password', user: 'reader', passwordEnv: 'P' } },
      machine(),
    );
    expect(files).toEqual({});
    expect(clientSurroundings(sampleDatabase(), machine())).toEqual({ environment: {}, files: {} });
    expect(await readdir(folder)).toEqual([]);
  });
});
