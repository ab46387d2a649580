/** Reads a ticket cache from the disk without leaving its secrets in memory. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { errorCode } from '../base/error-text.ts';
import type { Result } from '../base/result.ts';
import { type CacheProblem, type CacheReading, readTicketCache } from './ccache.ts';

/** Why a file gave no bytes at all. `code` is the system's own, such as `EACCES`. */
export type FileProblem =
  | { readonly kind: 'missing' }
  | { readonly kind: 'not-a-file' }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'unreadable'; readonly code: string };

/** Far above any real cache: a ticket with a large authorisation list has some ten thousand bytes. */
const maxCacheBytes = 16 * 1024 * 1024;

/** Reads and parses the file. Never throws; the bytes are overwritten before it returns. */
export async function readCacheFile(path: string): Promise<Result<CacheReading, FileProblem | CacheProblem>> {
  const bytes = await readBytes(path);
  if (!bytes.ok) return bytes;
  try {
    return readTicketCache(bytes.value);
  } finally {
    bytes.value.fill(0);
  }
}

async function readBytes(path: string): Promise<Result<Uint8Array, FileProblem>> {
  try {
    // Without O_NONBLOCK opening a pipe would wait for a writer, perhaps for ever. (On Windows the flag is undefined, which `|` takes for 0.)
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const facts = await file.stat();
      if (!facts.isFile()) return { ok: false, error: { kind: 'not-a-file' } };
      if (facts.size > maxCacheBytes) return { ok: false, error: { kind: 'too-large' } };
      const bytes = new Uint8Array(facts.size);
      const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
      return { ok: true, value: bytes.subarray(0, bytesRead) };
    } finally {
      await file.close();
    }
  } catch (error) {
    return { ok: false, error: fileProblemOf(error) };
  }
}

function fileProblemOf(error: unknown): FileProblem {
  const code = errorCode(error) ?? 'unknown';
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { kind: 'missing' };
    case 'EISDIR':
    case 'ENXIO':
    case 'ENODEV':
      return { kind: 'not-a-file' };
    default:
      return { kind: 'unreadable', code };
  }
}
