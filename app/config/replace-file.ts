/** Replaces a text file whole. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorMessage } from '../base/error-text.ts';
import { CamError, failure } from '../model/failure.ts';

/**
 * Written under another name and renamed, so that no reader ever sees half a file. Byte order mark, rights and links are kept.
 * @throws CamError `disk.error` with `message`
 */
export async function replaceTextFile(file: string, text: string, message: string): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const temporary = `${target}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await mkdir(dirname(target), { recursive: true });
    const mode = await stat(target).then(
      (found) => found.mode & 0o777,
      () => 0o644,
    );
    const handle = await open(temporary, 'wx', mode);
    try {
      await handle.writeFile((await hasByteOrderMark(target)) ? `\uFEFF${text}` : text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new CamError(
      failure('disk.error', {
        message,
        action: 'Check the rights on the file and its folder, and whether a program holds it open.',
        detail: errorMessage(error),
      }),
      { cause: error },
    );
  }
}

async function hasByteOrderMark(file: string): Promise<boolean> {
  const bytes = await readFile(file).catch(() => Buffer.alloc(0));
  return bytes.subarray(0, 3).equals(Buffer.from([0xef, 0xbb, 0xbf]));
}
