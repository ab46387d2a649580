import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../base/clock.ts';
import { silentLogger } from '../base/logger.ts';
import { forkSpawner } from '../hosts/fork-spawner.ts';
import { type InstantClientCheck, instantClientFailure } from '../model/preflight.ts';
import { checkInstantClient } from './instant-client.ts';
import { loadInProcess, type LoadOracleClient } from './oracle-load.ts';
import { libraryKindOf } from './shared-library.ts';

const probe = fileURLToPath(new URL('../hosts/oracle-probe-entry.ts', import.meta.url));
const loadBy = (program: string, timeoutMs = 20_000): LoadOracleClient => {
  const entries = { worker: '', engine: '', 'oracle-probe': program };
  const spawn = forkSpawner({ entries, environment: { PATH: process.env.PATH }, logger: silentLogger });
  return loadInProcess({
    start: (directory, environment) => spawn('oracle-probe', directory, environment),
    libraryPath: undefined,
    clock: systemClock,
    timeoutMs,
  });
};
const load = loadBy(probe);
let folder = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cam-client-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** The beginning of a shared library, by its format's own rules. */
const headers = {
  elf: (machine: number, bigEndian = false): Uint8Array => {
    const head = Buffer.alloc(64);
    head.set([0x7f, 0x45, 0x4c, 0x46, 2, bigEndian ? 2 : 1, 1]);
    if (bigEndian) head.writeUInt16BE(machine, 18);
    else head.writeUInt16LE(machine, 18);
    return head;
  },
  pe: (machine: number): Uint8Array => {
    const head = Buffer.alloc(256);
    head.write('MZ', 0, 'latin1');
    head.writeUInt32LE(128, 0x3c);
    head.write('PE\0\0', 128, 'latin1');
    head.writeUInt16LE(machine, 132);
    return head;
  },
  mach: (machine: number): Uint8Array => {
    const head = Buffer.alloc(64);
    head.writeUInt32LE(0xfeedfacf, 0);
    head.writeUInt32LE(machine, 4);
    return head;
  },
  universal: (...machines: readonly number[]): Uint8Array => {
    const head = Buffer.alloc(4096);
    head.writeUInt32BE(0xcafebabe, 0);
    head.writeUInt32BE(machines.length, 4);
    machines.forEach((machine, index) => head.writeUInt32BE(machine, 8 + index * 20));
    return head;
  },
};

const neverLoad: LoadOracleClient = () => Promise.reject(new Error('not to be loaded'));

function check(more: Partial<Parameters<typeof checkInstantClient>[0]> = {}): Promise<InstantClientCheck> {
  return checkInstantClient({ folder, platform: 'linux', architecture: 'x64', load: neverLoad, ...more });
}

function checkHere(more: { readonly folder?: string; readonly load?: LoadOracleClient } = {}): Promise<InstantClientCheck> {
  return check({ platform: process.platform, architecture: process.arch, load, ...more });
}

/** A real shared library of this machine that is not Oracle's. */
async function otherLibrary(): Promise<string> {
  for (const parent of ['/lib/x86_64-linux-gnu', '/lib/aarch64-linux-gnu', '/usr/lib64', '/lib64', '/usr/lib']) {
    const names = await readdir(parent).catch(() => []);
    const found = names.find((name) => /^libz\.so\.1$/.test(name));
    if (found !== undefined) return join(parent, found);
  }
  throw new Error('this machine has no libz.so.1');
}

const reason = (result: InstantClientCheck): string | undefined => result.messages[0]?.reason;

describe('the folder', () => {
  it('that does not exist', async () => {
    const result = await check({ folder: join(folder, 'absent') });
    expect(result).toEqual({
      verdict: 'blocked',
      folder: `${folder}/absent`,
      messages: [
        {
          level: 'blocked',
          reason: 'no-folder',
          message: `The Instant Client folder ${folder}/absent does not exist.`,
          action: 'Correct instant_client_dir in the settings, or unpack the Oracle Instant Client (Basic or Basic Light) for Linux there.',
        },
      ],
    });
    expect(instantClientFailure(result)?.code).toBe('db.client-missing');
  });

  it('that is a file', async () => {
    await writeFile(join(folder, 'file'), '');
    expect(reason(await check({ folder: join(folder, 'file') }))).toBe('not-a-folder');
  });

  it('that is empty', async () => {
    expect(reason(await check())).toBe('no-library');
  });

  it('in which the library has its full name only: the link to make is told', async () => {
    await writeFile(join(folder, 'libclntsh.so.23.1'), headers.elf(0x3e));
    expect((await check()).messages[0]?.action).toBe(`Run ln -s libclntsh.so.23.1 ${folder}/libclntsh.so.`);
  });

  it('above the right one: the right one is told', async () => {
    await mkdir(join(folder, 'instantclient_23_5'));
    await writeFile(join(folder, 'instantclient_23_5', 'libclntsh.so'), headers.elf(0x3e));
    expect((await check()).messages[0]?.action).toBe(`Set instant_client_dir in the settings to ${folder}/instantclient_23_5.`);
  });

  it("with another system's client", async () => {
    await writeFile(join(folder, 'oci.dll'), headers.pe(0x8664));
    expect(reason(await check())).toBe('other-platform');
    expect(reason(await check({ platform: 'darwin', architecture: 'arm64' }))).toBe('other-platform');
  });
});

describe("the library's header", () => {
  const cases = [
    ['an empty file', 'linux', 'libclntsh.so', new Uint8Array(), 'empty-library'],
    ['a text', 'linux', 'libclntsh.so', Buffer.from('not a library, but a page that says 404\n'), 'not-a-library'],
    ['a library of ARM on x64', 'linux', 'libclntsh.so', headers.elf(0xb7), 'wrong-architecture'],
    ['a library of 32 bits on x64', 'linux', 'libclntsh.so', headers.elf(0x03), 'wrong-architecture'],
    ['a big-endian library on x64', 'linux', 'libclntsh.so', headers.elf(0x16, true), 'wrong-architecture'],
    ['a library of an unknown processor', 'linux', 'libclntsh.so', headers.elf(0x7777), 'wrong-architecture'],
    ['a DLL under the name of Linux', 'linux', 'libclntsh.so', headers.pe(0x8664), 'other-platform'],
    ['a DLL of 32 bits', 'win32', 'oci.dll', headers.pe(0x14c), 'wrong-architecture'],
    ['a DLL cut before its header', 'win32', 'oci.dll', headers.pe(0x8664).subarray(0, 100), 'not-a-library'],
    ['a library of Apple silicon on x64', 'darwin', 'libclntsh.dylib', headers.mach(0x0100000c), 'wrong-architecture'],
    ['a universal library without x64', 'darwin', 'libclntsh.dylib', headers.universal(0x0100000c, 7), 'wrong-architecture'],
    ['a Java class', 'darwin', 'libclntsh.dylib', Buffer.from('cafebabe00000041', 'hex'), 'not-a-library'],
  ] as const;

  it.each(cases)('%s (%s) is told', async (_what, platform, name, bytes, expected) => {
    await writeFile(join(folder, name), bytes);
    const result = await check({ platform });
    expect(reason(result)).toBe(expected);
    expect(result.library).toBe(join(folder, name));
    expect(result.messages[0]?.message).toMatch(/\.$/);
    expect(result.messages[0]?.action).toMatch(/\.$/);
  });

  it.each([
    ['linux', 'arm64', 'libclntsh.so', headers.elf(0xb7)],
    ['win32', 'x64', 'oci.dll', headers.pe(0x8664)],
    ['darwin', 'arm64', 'libclntsh.dylib', headers.mach(0x0100000c)],
    ['darwin', 'x64', 'libclntsh.dylib', headers.universal(0x01000007, 0x0100000c)],
  ] as const)('of %s %s suits that machine and is loaded', async (platform, architecture, name, bytes) => {
    await writeFile(join(folder, name), bytes);
    const result = await check({
      platform,
      architecture,
      load: (from) => Promise.resolve({ kind: 'loaded', version: `23.5.0.24.7 of ${from ?? ''}` }),
    });
    expect(result).toEqual({ verdict: 'ok', folder, library: join(folder, name), version: `23.5.0.24.7 of ${folder}`, messages: [] });
  });

  it('of any bytes is judged without an error', () => {
    const starts = ['', '7f454c46', '4d5a', 'cffaedfe', 'cafebabe', 'cafebabf'].map((hex) => Buffer.from(hex, 'hex'));
    fc.assert(
      fc.property(fc.constantFrom(...starts), fc.uint8Array({ maxLength: 300 }), (start, rest) => {
        expect(['library', 'empty', 'other']).toContain(libraryKindOf(new Uint8Array([...start, ...rest])).kind);
      }),
    );
  });
});

describe('loading, in a process of its own', () => {
  it("a library that is not Oracle's is told in words", async () => {
    await copyFile(await otherLibrary(), join(folder, 'libclntsh.so'));
    const result = await checkHere();
    expect(result).toMatchObject({ verdict: 'blocked', messages: [{ reason: 'not-oracle' }] });
    expect(result.messages[0]?.message).toBe(`${folder} is not an Oracle client that this program can use (DPI-1072).`);
  });

  it('a library that needs another one is told which (DPI-1047)', async () => {
    const bytes = Buffer.from(await readFile(await otherLibrary()));
    bytes.write('libq.so.6', bytes.indexOf('libc.so.6'), 'latin1');
    await writeFile(join(folder, 'libclntsh.so'), bytes);
    const result = await checkHere();
    expect(result.messages[0]).toMatchObject({
      reason: 'missing-dependency',
      message: `The Instant Client in ${folder} needs libq.so.6, which is not on this machine.`,
    });
    expect(result.detail).toContain('DPI-1047');
  });

  it('a library that is cut off after its header (which ends a process that maps it) ends its own process only', async () => {
    const bytes = await readFile(await otherLibrary());
    await writeFile(join(folder, 'libclntsh.so'), bytes.subarray(0, 4096));
    expect(['load-crashed', 'not-loadable']).toContain(reason(await checkHere()));
  });

  it("the loader's path is set, so that a part of the client in the same folder is found", async () => {
    const bytes = Buffer.from(await readFile(await otherLibrary()));
    bytes.write('libq.so.6', bytes.indexOf('libc.so.6'), 'latin1');
    await writeFile(join(folder, 'libclntsh.so'), bytes);
    await symlink(await otherLibrary(), join(folder, 'libq.so.6'));
    expect((await checkHere()).messages[0]?.message).not.toContain('libq.so.6');
  });

  it('without a configured folder and without one of the system it is told to set one', async () => {
    const result = await checkHere({ folder: '' });
    expect(result).toMatchObject({ verdict: 'blocked', messages: [{ reason: 'not-configured' }] });
    expect(result).not.toHaveProperty('folder');
  });

  const program = async (text: string): Promise<string> => {
    const path = join(folder, 'program.mjs');
    await writeFile(path, text);
    await copyFile(await otherLibrary(), join(folder, 'libclntsh.so'));
    return path;
  };

  it('a crash of the library ends its own process only', async () => {
    const crash = await program("process.kill(process.pid, 'SIGSEGV'); setInterval(() => {}, 1000);");
    const result = await checkHere({ load: loadBy(crash) });
    expect(reason(result)).toBe('load-crashed');
    expect(result.messages[0]?.message).toContain('SIGSEGV');
  });

  it('a library that never comes back is ended', async () => {
    const hang = await program('for (;;);');
    const result = await checkHere({ load: loadBy(hang, 500) });
    expect(reason(result)).toBe('load-timeout');
  });

  it('a program that is not there is told as a crash', async () => {
    const gone = loadBy(join(folder, 'gone.mjs'));
    await copyFile(await otherLibrary(), join(folder, 'libclntsh.so'));
    expect(await checkHere({ load: gone })).toMatchObject({ messages: [{ reason: 'load-crashed' }] });
  });

  it.each([
    ['libaio.so.1', 'apt-get install libaio1'],
    ['libnnz.so', 'unpack the whole archive again'],
  ])('a missing %s has its own remedy', async (name, remedy) => {
    await writeFile(join(folder, 'libclntsh.so'), headers.elf(0x3e));
    const text = `DPI-1047: Cannot locate a 64-bit Oracle Client library: "${name}: cannot open shared object file: No such file or directory".`;
    const result = await check({ load: () => Promise.resolve({ kind: 'refused', code: 'DPI-1047', text }) });
    expect(result.messages[0]?.action).toContain(remedy);
  });
});
