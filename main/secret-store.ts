/**
 * Secrets encrypted with the system's key store. A secret is a convenience: after an update, on another account or machine the
 * key store may not give it back, so a secret that cannot be read counts as absent and is entered again. A file that is spoiled is
 * set aside before it is written anew.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SafeStorage } from 'electron';
import * as z from 'zod';
import type { Logger } from '../app/base/logger.ts';
import { errorCode } from '../app/base/error-text.ts';
import { CamError, failure } from '../app/model/failure.ts';
import type { SecretPort } from '../app/services/app-ports.ts';

/** What the store needs. */
export interface SecretStoreOptions {
  readonly safeStorage: Pick<
    SafeStorage,
    'isAsyncEncryptionAvailable' | 'encryptStringAsync' | 'decryptStringAsync' | 'getSelectedStorageBackend'
  >;
  readonly platform: NodeJS.Platform;
  /** Absolute path of the file that holds the encrypted values. */
  readonly file: string;
  readonly logger: Logger;
}

const fileContent = z.record(z.string(), z.base64());

/** Encrypted values in base64, by name. */
type Secrets = Readonly<Record<string, string>>;

/** A store in one file. Writes follow one another, so that two at once do not lose each other's value. */
export function createSecretStore(options: SecretStoreOptions): SecretPort {
  const { safeStorage, file, logger } = options;
  let lastWrite: Promise<unknown> = Promise.resolve();
  /** Tells whether there was anything to change: an edit that gives back what it was given leaves the file alone. */
  const change = (edit: (values: Secrets) => Promise<Secrets> | Secrets): Promise<boolean> => {
    const next = lastWrite.then(async () => {
      const before = await load(file);
      const after = await edit(before ?? {});
      if (before === undefined) {
        await rename(file, `${file}.spoiled`);
        logger.warn('the file of the stored secrets is spoiled and was set aside; the secrets have to be entered again', { file });
      }
      if (after !== before) await save(file, after);
      return after !== before;
    });
    lastWrite = next.catch(() => undefined);
    return next;
  };
  const refusal = async (): Promise<string | undefined> => await refusalOf(options);
  const encrypt = async (secret: string): Promise<string> => (await safeStorage.encryptStringAsync(secret)).toString('base64');
  /** Puts a secret under the key store's present key, unless it has been changed or forgotten meanwhile. */
  const encryptAgain = async (name: string, before: string, secret: string): Promise<void> => {
    try {
      const isEncrypted = await change(async (values) => (values[name] === before ? { ...values, [name]: await encrypt(secret) } : values));
      if (isEncrypted) logger.info('a stored secret was encrypted with the new key of the key store', { name });
    } catch (error) {
      logger.warn('a stored secret could not be encrypted with the new key of the key store', { name, reason: String(error) });
    }
  };
  return {
    refusal,
    read: async (name) => {
      const encrypted = (await readable(options))?.[name];
      if (encrypted === undefined || (await refusal()) !== undefined) return undefined;
      const secret = await decrypted(options, name, encrypted);
      // Nobody waits for it: the secret is known, and one that stays under the old key is asked for again by the next reading.
      if (secret?.shouldReEncrypt === true) void encryptAgain(name, encrypted, secret.result);
      return secret?.result;
    },
    write: async (name, secret) => {
      const why = await refusal();
      if (why !== undefined) {
        throw new CamError(failure('request.forbidden', { message: why, action: 'Give the password in an environment variable instead.' }));
      }
      await change(async (values) => ({ ...values, [name]: await encrypt(secret) }));
    },
    remove: async (name) => {
      await change((values) => Object.fromEntries(Object.entries(values).filter(([other]) => other !== name)));
    },
  };
}

async function decrypted(
  { safeStorage, logger }: SecretStoreOptions,
  name: string,
  encrypted: string,
): Promise<{ readonly result: string; readonly shouldReEncrypt: boolean } | undefined> {
  try {
    return await safeStorage.decryptStringAsync(Buffer.from(encrypted, 'base64'));
  } catch (error) {
    logger.warn('a stored secret cannot be decrypted and has to be entered again', { name, reason: String(error) });
    return undefined;
  }
}

/** Linux without a password manager encrypts with a key that everybody knows (`basic_text`): that is refused, not used. */
async function refusalOf({ safeStorage, platform }: SecretStoreOptions): Promise<string | undefined> {
  if (!(await safeStorage.isAsyncEncryptionAvailable())) return "This system's key store is not available.";
  const backend = platform === 'linux' ? safeStorage.getSelectedStorageBackend() : undefined;
  if (backend === 'basic_text' || backend === 'unknown') return 'This desktop has no password manager; a secret would be kept unprotected.';
  return undefined;
}

/** What the file holds, as far as it can be read. */
async function readable({ file, logger }: SecretStoreOptions): Promise<Secrets | undefined> {
  try {
    return await load(file);
  } catch (error) {
    logger.warn('the file of the stored secrets cannot be read; the secrets have to be entered again', { file, reason: String(error) });
    return undefined;
  }
}

/** What the file holds; `undefined` where it is spoiled. @throws errors of the file system other than that there is no file */
async function load(file: string): Promise<Secrets | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return {};
    throw error;
  }
  try {
    return fileContent.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

async function save(file: string, values: Secrets): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(values), { mode: 0o600 });
  await rename(`${file}.new`, file);
}
