/**
 * A file that is there as a whole or not at all: written under another name in the same folder, flushed to the disk, and
 * given its own name last. A file that is already there is never replaced.
 */
import { randomUUID } from 'node:crypto';
import { access, type FileHandle, link, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { asError } from '../base/as-error.ts';
import { errorCode, errorMessage } from '../base/error-text.ts';
import { CamError, failure } from '../model/failure.ts';

/** Characters or bytes that are gathered before they go to the disk. */
const bufferSize = 1 << 18;

/** A file being written. Whoever makes one either publishes or discards it. */
export class NewFile {
  readonly path: string;
  readonly #temporaryPath: string;
  readonly #handle: FileHandle;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  #bytes = 0;
  #isPublished = false;

  private constructor(path: string, temporaryPath: string, handle: FileHandle) {
    this.path = path;
    this.#temporaryPath = temporaryPath;
    this.#handle = handle;
  }

  /** Begins a file. @throws CamError `export.failed`, `disk.full` */
  static async create(path: string): Promise<NewFile> {
    const temporaryPath = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomUUID()}.part`);
    try {
      if (await exists(path)) throw alreadyThere(path);
      return new NewFile(path, temporaryPath, await open(temporaryPath, 'wx'));
    } catch (error) {
      throw exportError(error, path);
    }
  }

  /** Bytes so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Adds text (as UTF-8) or bytes. @throws CamError `export.failed`, `disk.full` */
  async write(content: string | Uint8Array): Promise<void> {
    const chunk = typeof content === 'string' ? Buffer.from(content, 'utf8') : Buffer.from(content);
    this.#pending.push(chunk);
    this.#pendingBytes += chunk.length;
    this.#bytes += chunk.length;
    if (this.#pendingBytes >= bufferSize) await this.#flush();
  }

  /** Gives the file its name. Nothing is left when this fails. @throws CamError `export.failed`, `disk.full` */
  async publish(): Promise<void> {
    try {
      await this.#flush();
      await this.#handle.sync();
      await this.#handle.close();
      await giveName(this.#temporaryPath, this.path);
      this.#isPublished = true;
    } catch (error) {
      await this.discard();
      throw exportError(error, this.path);
    }
  }

  /** Takes everything back, also after {@link publish}. Safe more than once. */
  async discard(): Promise<void> {
    this.#pending = [];
    await this.#handle.close().catch(() => undefined);
    await rm(this.#temporaryPath, { force: true });
    if (this.#isPublished) await rm(this.path, { force: true });
    this.#isPublished = false;
  }

  async #flush(): Promise<void> {
    const buffers = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    if (buffers.length === 0) return;
    try {
      await writeAll(this.#handle, Buffer.concat(buffers));
    } catch (error) {
      throw exportError(error, this.path);
    }
  }
}

/** What went wrong with a file, as a failure of ours. `error` is what `node:fs` threw. */
export function exportError(error: unknown, path: string): Error {
  // Failures of ours and aborts are told apart already.
  const code = errorCode(error);
  if (code === undefined) return asError(error);
  const detail = errorMessage(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new CamError(
      failure('disk.full', {
        message: `There is no room left for ${path}.`,
        action: 'Free some space or choose another folder.',
        vendorCode: code,
        detail,
      }),
      { cause: error },
    );
  }
  return new CamError(failure('export.failed', { message: `${path} could not be written: ${meaning(code)}.`, vendorCode: code, detail }), {
    cause: error,
  });
}

/** One write may take less than it is given. */
async function writeAll(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += (await handle.write(bytes, written)).bytesWritten;
}

/** Linking fails where the name is taken; renaming would replace the other file. */
async function giveName(temporaryPath: string, path: string): Promise<void> {
  try {
    await link(temporaryPath, path);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw alreadyThere(path);
    // Some network shares and USB sticks know no links.
    if (await exists(path)) throw alreadyThere(path);
    await rename(temporaryPath, path);
    return;
  }
  await rm(temporaryPath, { force: true });
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

function alreadyThere(path: string): CamError {
  return new CamError(failure('export.failed', { message: `${path} is already there.`, action: 'Choose another name.' }));
}

function meaning(code: string): string {
  const meanings: Readonly<Record<string, string>> = {
    EACCES: 'you may not write there (EACCES)',
    EPERM: 'you may not write there (EPERM)',
    EROFS: 'the disk is read-only (EROFS)',
    ENOENT: 'the folder is not there (ENOENT)',
    ENOTDIR: 'a part of the path is not a folder (ENOTDIR)',
    EISDIR: 'a folder has this name (EISDIR)',
    ENAMETOOLONG: 'the name is too long (ENAMETOOLONG)',
    EMFILE: 'too many files are open (EMFILE)',
    EBUSY: 'another program holds it open (EBUSY)',
  };
  return meanings[code] ?? code;
}
