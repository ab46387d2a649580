import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { locateCache } from './cache-location.ts';
import { expandTokens, kerberosConfigFiles, type KerberosMachine, readKerberosDefaults } from './krb5-conf.ts';

let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-krb5-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

function machine(environment: Readonly<Record<string, string>> = {}, platform: NodeJS.Platform = 'linux'): KerberosMachine {
  const nowhere = { KRB5_CONFIG: join(folder, 'absent.conf') };
  return { environment: { ...nowhere, ...environment }, platform, uid: 1234, username: 'analyst' };
}

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
  return path;
}

describe('where the cache is', () => {
  it('without any setting it is the file of the user id', async () => {
    expect(await locateCache(machine(), {})).toEqual({
      name: 'FILE:/tmp/krb5cc_1234',
      from: 'default',
      kind: 'file',
      path: '/tmp/krb5cc_1234',
    });
  });

  it('the settings win over KRB5CCNAME, which wins over krb5.conf', async () => {
    const conf = await file('krb5.conf', '[libdefaults]\n default_ccache_name = FILE:/c\n');
    const all = machine({ KRB5CCNAME: 'FILE:/b', KRB5_CONFIG: conf });
    expect(await locateCache(all, { cache: '/a' })).toMatchObject({ path: '/a', from: 'settings' });
    expect(await locateCache(all, { cache: '' })).toMatchObject({ path: '/b', from: 'KRB5CCNAME' });
    expect(await locateCache(machine({ KRB5_CONFIG: conf }), {})).toMatchObject({ path: '/c', from: 'krb5.conf' });
  });

  it('a krb5.conf of the settings wins over the one of the environment', async () => {
    const own = await file('own.conf', '[libdefaults]\ndefault_ccache_name = /own\n');
    const other = await file('other.conf', '[libdefaults]\ndefault_ccache_name = /other\n');
    expect(await locateCache(machine({ KRB5_CONFIG: other }), { krb5Conf: own })).toMatchObject({ path: '/own' });
  });

  it.each(['KCM:', 'KEYRING:persistent:1000', 'API:123', 'MEMORY:x'])('%s is no file and is named', async (name) => {
    const type = name.slice(0, name.indexOf(':'));
    expect(await locateCache(machine({ KRB5CCNAME: name }), {})).toEqual({ name, from: 'KRB5CCNAME', kind: 'unsupported', type });
  });

  it.each(['MSLSA:', 'OSMSFT://'])("%s is Windows' own cache", async (cache) => {
    expect(await locateCache(machine({}, 'win32'), { cache })).toMatchObject({ kind: 'windows' });
  });

  it("a machine without user ids has Windows' own cache by default", async () => {
    const { uid: _uid, ...rest } = machine({}, 'win32');
    expect(await locateCache(rest, {})).toEqual({ name: 'MSLSA:', from: 'default', kind: 'windows' });
  });

  it('a drive letter is part of a path', async () => {
    expect(await locateCache(machine(), { cache: 'C:\\Users\\a\\krb5cc' })).toMatchObject({ kind: 'file' });
  });

  it('a name without a path is refused with a sentence', async () => {
    expect(await locateCache(machine(), { cache: 'FILE:' })).toMatchObject({ kind: 'invalid' });
    expect(await locateCache(machine(), { cache: 'DIR:' })).toMatchObject({ kind: 'invalid' });
  });
});

describe('a DIR cache', () => {
  it('is the file that primary names', async () => {
    await file('cc/primary', 'tktABC\n');
    expect(await locateCache(machine(), { cache: `DIR:${folder}/cc` })).toMatchObject({ kind: 'file', path: `${folder}/cc/tktABC` });
  });

  it('is tkt while there is no primary', async () => {
    expect(await locateCache(machine(), { cache: `DIR:${folder}` })).toMatchObject({ path: `${folder}/tkt` });
  });

  it('with two colons names its file itself', async () => {
    expect(await locateCache(machine(), { cache: `DIR::${folder}/tktX` })).toMatchObject({ path: `${folder}/tktX` });
  });

  it.each(['../tkt', 'tkt/../../etc/passwd', 'secret', '', 'tkt\\..\\x'])(
    'a primary of %j does not lead out of the folder',
    async (primary) => {
      await file('cc/primary', primary);
      expect(await locateCache(machine(), { cache: `DIR:${folder}/cc` })).toMatchObject({ kind: 'invalid' });
    },
  );
});

describe('krb5.conf', () => {
  it('reads the two settings past comments, quotes, CRLF, final marks and nested sections', async () => {
    const path = await file(
      'krb5.conf',
      [
        '# default_realm = COMMENT',
        '[appdefaults]',
        'default_realm = NOT.HERE',
        '[libdefaults]*',
        '  pam = {',
        '    default_realm = NESTED',
        '  }',
        '; default_realm = COMMENT',
        '\tdefault_realm* = "EXAMPLE.COM"',
        ' default_realm = SECOND.VALUE',
        ' default_ccache_name = FILE:/tmp/cc_%{uid}  ',
        '[realms]',
        'EXAMPLE.COM = {',
        '}',
      ].join('\r\n'),
    );
    expect(await readKerberosDefaults([path])).toEqual({ defaultRealm: 'EXAMPLE.COM', defaultCacheName: 'FILE:/tmp/cc_%{uid}' });
  });

  it('follows include and includedir, in order of name, and only names that count', async () => {
    await file('d/20.conf', '[libdefaults]\ndefault_realm = TWENTY\n');
    await file('d/10_first', '[libdefaults]\ndefault_realm = TEN\n');
    await file('d/05.conf~', '[libdefaults]\ndefault_realm = BACKUP\n');
    await file('d/.00.conf', '[libdefaults]\ndefault_realm = HIDDEN\n');
    const inner = await file('inner.conf', '[libdefaults]\ndefault_ccache_name = FILE:/inner\n');
    const path = await file('krb5.conf', `includedir ${folder}/d\ninclude ${inner}\n[libdefaults]\ndefault_realm = LAST\n`);
    expect(await readKerberosDefaults([path])).toEqual({ defaultRealm: 'TEN', defaultCacheName: 'FILE:/inner' });
  });

  it('an included file does not change the section of the file that includes it', async () => {
    const inner = await file('inner.conf', '[realms]\nX = {\n');
    const path = await file('krb5.conf', `[libdefaults]\ninclude ${inner}\ndefault_realm = STILL\n`);
    expect(await readKerberosDefaults([path])).toEqual({ defaultRealm: 'STILL' });
  });

  it('a file that includes itself ends', async () => {
    const path = join(folder, 'krb5.conf');
    await file('krb5.conf', `include ${path}\n[libdefaults]\ndefault_realm = LOOP\n`);
    expect(await readKerberosDefaults([path])).toEqual({ defaultRealm: 'LOOP' });
  });

  it('several files are read in their order, missing ones count as empty', async () => {
    const first = await file('1.conf', '[libdefaults]\ndefault_realm = ONE\n');
    const second = await file('2.conf', '[libdefaults]\ndefault_realm = TWO\ndefault_ccache_name = /two\n');
    const files = kerberosConfigFiles({ ...machine(), environment: { KRB5_CONFIG: `${folder}/absent:${first}:${second}` } });
    expect(await readKerberosDefaults(files)).toEqual({ defaultRealm: 'ONE', defaultCacheName: '/two' });
  });

  it('the files of the system are known for each platform', () => {
    const files = (platform: NodeJS.Platform, environment: Record<string, string>): readonly string[] =>
      kerberosConfigFiles({ platform, environment, username: 'a' });
    expect(files('linux', {})).toEqual(['/etc/krb5.conf']);
    expect(files('darwin', { HOME: '/Users/a' })).toEqual(['/Users/a/Library/Preferences/edu.mit.Kerberos', '/etc/krb5.conf']);
    expect(files('win32', { ProgramData: '/pd', SystemRoot: '/win' })).toEqual(['/pd/MIT/Kerberos5/krb5.ini', '/win/krb5.ini']);
  });

  it.each([
    ['FILE:/tmp/krb5cc_%{uid}', 'FILE:/tmp/krb5cc_1234'],
    ['%{TEMP}/%{username}%{null}_%{euid}', '/tmp/analyst_1234'],
    ['KEYRING:persistent:%{uid}', 'KEYRING:persistent:1234'],
    ['/plain', '/plain'],
    ['%{unknown}', undefined],
    ['%{constructor}', undefined],
    ['/x/%{uid', undefined],
  ])('%s expands to %s', (name, expanded) => {
    expect(expandTokens(name, machine())).toBe(expanded);
  });

  it('a cache name that cannot be expanded is told', async () => {
    const conf = await file('krb5.conf', '[libdefaults]\ndefault_ccache_name = FILE:%{SPECIAL}/x\n');
    expect(await locateCache(machine({ KRB5_CONFIG: conf }), {})).toMatchObject({ kind: 'invalid', from: 'krb5.conf' });
  });
});
