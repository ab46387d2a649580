import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createLogger, type LogEntry } from '../app/base/logger.ts';
import type { SecretPort } from '../app/services/app-ports.ts';
import { createSecretStore } from './secret-store.ts';

type Backend = 'basic_text' | 'gnome_libsecret' | 'unknown';

let directory: string;
let file: string;
let lines: LogEntry[];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cam-secrets-'));
  file = join(directory, 'kept', 'secrets.json');
  lines = [];
});

afterEach(async () => {
  await rm(directory, { recursive: true });
});

interface StoreOptions {
  readonly key?: number;
  readonly oldKey?: number;
  readonly backend?: Backend;
  readonly available?: boolean;
  readonly platform?: NodeJS.Platform;
  /** What happens while the key store decrypts. */
  readonly meanwhile?: () => Promise<void>;
}

/** A key store that "encrypts" with a key; another key cannot decrypt, but for the old one of a key that was replaced. */
function store(options: StoreOptions = {}): SecretPort {
  const key = options.key ?? 1;
  return createSecretStore({
    safeStorage: {
      isAsyncEncryptionAvailable: () => Promise.resolve(options.available ?? true),
      encryptStringAsync: (text) => Promise.resolve(Buffer.from([key, ...Buffer.from(text).map((byte) => byte ^ 0x5a)])),
      decryptStringAsync: async (encrypted) => {
        await options.meanwhile?.();
        if (encrypted[0] !== key && encrypted[0] !== options.oldKey) throw new Error('Error while decrypting the ciphertext');
        return {
          result: Buffer.from(encrypted.subarray(1).map((byte) => byte ^ 0x5a)).toString(),
          shouldReEncrypt: encrypted[0] !== key,
        };
      },
      getSelectedStorageBackend: () => options.backend ?? 'gnome_libsecret',
    },
    platform: options.platform ?? 'linux',
    file,
    logger: createLogger(
      (entry) => lines.push(entry),
      () => 0,
    ),
  });
}

describe('secrets', () => {
  it('are kept encrypted, in a file of the user alone, and given back', async () => {
    await store().write('accounts', 'hunter2 ä');
    expect(await store().read('accounts')).toBe('hunter2 ä');
    expect(await store().read('other')).toBeUndefined();
    expect(await readFile(file, 'utf8')).not.toContain('hunter2');
    expect((await stat(file)).mode & 0o077).toBe(0);
  });

  it('written at the same time are all kept', async () => {
    const one = store();
    await Promise.all(['a', 'b', 'c', 'd'].map((name) => one.write(name, `${name}!`)));
    expect(await Promise.all(['a', 'b', 'c', 'd'].map((name) => one.read(name)))).toEqual(['a!', 'b!', 'c!', 'd!']);
  });

  it('can be forgotten', async () => {
    const one = store();
    await one.write('a', '1');
    await one.write('b', '2');
    await one.remove('a');
    expect([await one.read('a'), await one.read('b')]).toEqual([undefined, '2']);
  });

  it.each([
    ['with the fixed key of a Linux desktop without a password manager', { backend: 'basic_text' as const }],
    ['before Electron knows its key store', { backend: 'unknown' as const }],
    ['without a key store', { available: false }],
  ])('are refused %s', async (_what, options) => {
    const refusing = store(options);
    expect(await refusing.refusal()).toMatch(/\.$/);
    await expect(refusing.write('a', 'secret')).rejects.toMatchObject({ failure: { code: 'request.forbidden' } });
    await expect(stat(file)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('kept before a desktop lost its password manager are not read with the fixed key', async () => {
    await store().write('a', 'secret');
    expect(await store({ backend: 'basic_text' }).read('a')).toBeUndefined();
  });

  it('are not refused where the question is for Linux alone', async () => {
    expect(await store({ platform: 'darwin', backend: 'basic_text' }).refusal()).toBeUndefined();
  });

  it('that the key store cannot decrypt any more count as absent and can be entered again', async () => {
    await store({ key: 1 }).write('a', 'old');
    const afterUpdate = store({ key: 2 });
    expect(await afterUpdate.read('a')).toBeUndefined();
    await afterUpdate.write('a', 'new');
    expect(await afterUpdate.read('a')).toBe('new');
  });

  it('under a key that was replaced are put under the new one by being read', async () => {
    await store({ key: 1 }).write('a', 'secret');
    expect(await store({ key: 2, oldKey: 1 }).read('a')).toBe('secret');
    await expect
      .poll(() => lines.map(({ message, fields }) => [message, fields]))
      .toEqual([['a stored secret was encrypted with the new key of the key store', { name: 'a' }]]);
    expect(await store({ key: 2 }).read('a')).toBe('secret');
  });

  it.each([
    ['changed', (changing: SecretPort) => changing.write('a', 'new'), 'new'],
    ['forgotten', (changing: SecretPort) => changing.remove('a'), undefined],
  ])('%s while they are read under the old key stay so, and nobody says that they were encrypted again', async (_what, change, after) => {
    await store({ key: 1 }).write('a', 'old');
    const replaced: SecretPort = store({ key: 2, oldKey: 1, meanwhile: () => change(replaced) });
    expect(await replaced.read('a')).toBe('old');
    // Writes follow one another, so what the reading has left behind is done.
    await replaced.write('c', 'afterwards');
    expect(await store({ key: 2 }).read('a')).toBe(after);
    expect(lines).toEqual([]);
  });

  it('that cannot be put under the new key are given back all the same', async () => {
    await store({ key: 1 }).write('a', 'secret');
    // Where the file was to be renamed from there is a folder.
    await mkdir(`${file}.new`);
    expect(await store({ key: 2, oldKey: 1 }).read('a')).toBe('secret');
    await expect
      .poll(() => lines.map(({ message }) => message))
      .toEqual(['a stored secret could not be encrypted with the new key of the key store']);
    expect(await store({ key: 1 }).read('a')).toBe('secret');
  });

  it('in a broken file count as absent', async () => {
    await store().write('a', '1');
    await writeFile(file, '{"a": 5}');
    expect(await store().read('a')).toBeUndefined();
  });

  it('in a broken file are set aside, and told, before another is kept', async () => {
    await store().write('a', '1');
    const spoiled = (await readFile(file, 'utf8')).slice(0, -3);
    await writeFile(file, spoiled);
    await store().write('b', '2');
    expect(await store().read('b')).toBe('2');
    expect(await readFile(`${file}.spoiled`, 'utf8')).toBe(spoiled);
    expect(lines.map(({ message }) => message)).toEqual([
      'the file of the stored secrets is spoiled and was set aside; the secrets have to be entered again',
    ]);
  });
});
