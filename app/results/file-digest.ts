/** A digest of a file by which damage is noticed. */
import { createHash, webcrypto } from 'node:crypto';
import { open } from 'node:fs/promises';

/** What a file holds, in short. */
export interface FileDigest {
  readonly bytes: number;
  /** SHA-256 over the SHA-256 of each piece of 8 MiB, 64 hexadecimal digits. */
  readonly digest: string;
}

const pieceBytes = 8 << 20;

/**
 * Reads the whole file. In pieces, because these are hashed off the main thread, which a whole file in one stream would not be.
 * @throws errors of the file system
 */
export async function digestOf(path: string): Promise<FileDigest> {
  const handle = await open(path, 'r');
  try {
    const whole = createHash('sha256');
    const buffer = Buffer.allocUnsafe(Math.min(pieceBytes, Math.max(1, (await handle.stat()).size)));
    let bytes = 0;
    for (;;) {
      const piece = await readFully(handle, buffer);
      if (piece === 0) break;
      bytes += piece;
      whole.update(new Uint8Array(await webcrypto.subtle.digest('SHA-256', buffer.subarray(0, piece))));
      if (piece < buffer.length) break;
    }
    return { bytes, digest: whole.digest('hex') };
  } finally {
    await handle.close();
  }
}

/** Fills the buffer as far as the file goes. */
async function readFully(handle: Awaited<ReturnType<typeof open>>, buffer: Buffer): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}
