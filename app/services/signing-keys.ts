/**
 * The key that signs bundles: made on first use. It lies in the operating system's store where there is one that protects it, else in a
 * file that only its owner may read; the manifest says which.
 */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode } from '../base/error-text.ts';
import type { Logger } from '../base/logger.ts';
import type { BundleKey } from '../model/evidence-bundle.ts';
import { CamError, failure } from '../model/failure.ts';
import { addKnownFingerprint } from '../report/bundle/known-keys.ts';
import { newPrivateKey, publicKeyOf } from '../report/bundle/signing.ts';
import type { AppPorts } from './app-ports.ts';

/** The name under which the store keeps it. */
const secretName = 'evidence-bundle-signing-key';

/** A key with what is secret of it. */
export interface SigningKey {
  readonly key: BundleKey;
  /** PEM. */
  readonly privateKey: string;
}

/** Finds the key, or makes it. */
export class SigningKeys {
  readonly #ports: Pick<AppPorts, 'secrets' | 'dataDirectory'>;
  readonly #logger: Logger;
  #key: Promise<SigningKey> | undefined;

  constructor(ports: Pick<AppPorts, 'secrets' | 'dataDirectory'>, logger: Logger) {
    this.#ports = ports;
    this.#logger = logger;
  }

  /** The same one for as long as the program runs. @throws CamError `export.failed` where it can neither be read nor kept */
  get(): Promise<SigningKey> {
    if (this.#key === undefined) {
      this.#key = this.#findAndNote();
      this.#key.catch(() => (this.#key = undefined));
    }
    return this.#key;
  }

  async #findAndNote(): Promise<SigningKey> {
    const found = await this.#find();
    await addKnownFingerprint(this.#ports.dataDirectory, found.key.fingerprint).catch((error: unknown) => {
      this.#logger.warn('the fingerprint of the signing key was not noted', { error: String(error) });
    });
    return found;
  }

  async #find(): Promise<SigningKey> {
    const { secrets } = this.#ports;
    if (secrets === undefined || (await secrets.refusal()) !== undefined) return this.#inFile();
    const stored = await secrets.read(secretName);
    if (stored !== undefined) return signingKey(stored, 'system store');
    const made = signingKey(newPrivateKey(), 'system store');
    await secrets.write(secretName, made.privateKey);
    this.#tell(made);
    return made;
  }

  async #inFile(): Promise<SigningKey> {
    const path = join(this.#ports.dataDirectory, 'keys', `${secretName}.pem`);
    try {
      const found = await readIfThere(path);
      if (found !== undefined) {
        await chmod(path, 0o600);
        return signingKey(found, 'file of the program');
      }
      const made = signingKey(newPrivateKey(), 'file of the program');
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      // Another process may have been quicker: then its key is the one.
      await writeFile(path, made.privateKey, { mode: 0o600, flag: 'wx' });
      this.#tell(made);
      return made;
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return this.#inFile();
      throw new CamError(
        failure('export.failed', {
          message: `The key that signs bundles cannot be used: ${path}.`,
          action: 'Let the program read and write this file, or take a broken one away; a new key is made then.',
          detail: String(error),
        }),
      );
    }
  }

  #tell({ key }: SigningKey): void {
    this.#logger.info('a key for signing evidence bundles was made', { fingerprint: key.fingerprint, keptIn: key.keptIn });
  }
}

function signingKey(privateKey: string, keptIn: BundleKey['keptIn']): SigningKey {
  return { key: publicKeyOf(privateKey, keptIn), privateKey };
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
