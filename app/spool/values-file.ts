/**
 * The file in which the values of a list lie on their way from the engine to the workers that ask with them: lines of JSON,
 * the first one telling what follows. It is there as a whole or not at all.
 */
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorMessage } from '../base/error-text.ts';
import { linesOf } from '../base/lines.ts';
import { CamError, failure } from '../model/failure.ts';
import { diskFailure } from './disk-failure.ts';

/** `instant`: moments as ISO 8601 in UTC, of any precision. `text`: everything else, numbers in plain digits. */
export type ListKind = 'text' | 'instant';

/** The first line. */
interface ValuesHeader {
  readonly version: 1;
  readonly kind: ListKind;
  readonly count: number;
}

/** Writes the values. @throws CamError `disk.full`, `disk.error`; what reading the batches throws */
export async function writeValuesFile(
  path: string,
  { kind, count }: { readonly kind: ListKind; readonly count: number },
  batches: AsyncIterable<readonly string[]>,
): Promise<void> {
  const partial = `${path}.partial`;
  try {
    // The values are somebody's ids: nobody else on the machine may read them.
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(partial, 'w', 0o600);
    try {
      await file.write(`${JSON.stringify({ version: 1, kind, count } satisfies ValuesHeader)}\n`);
      for await (const batch of batches) await file.write(batch.map((value) => `${JSON.stringify(value)}\n`).join(''));
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw isOfSystem(error) ? diskFailure(error, dirname(path)) : error;
  }
}

/** Values that are asked for together. */
export interface ValuesPart {
  readonly kind: ListKind;
  readonly values: readonly string[];
}

/**
 * Reads a file in parts of at most `size` values, in its order; a file without values has no part.
 * @throws CamError `disk.error` when the file cannot be read or holds less than it says
 */
export async function* readValuesFile(path: string, size: number): AsyncGenerator<ValuesPart> {
  let header: ValuesHeader | undefined;
  let values: string[] = [];
  let count = 0;
  try {
    for await (const line of linesOf(createReadStream(path, 'utf8') as AsyncIterable<string>)) {
      if (header === undefined) {
        header = JSON.parse(line) as ValuesHeader;
        continue;
      }
      values.push(JSON.parse(line) as string);
      count += 1;
      if (values.length < size) continue;
      yield { kind: header.kind, values };
      values = [];
    }
    if (header?.count !== count) throw new Error(`${String(count)} values instead of ${String(header?.count ?? 'a header')}`);
    if (values.length > 0) yield { kind: header.kind, values };
  } catch (error) {
    throw unreadable(error);
  }
}

function unreadable(error: unknown): unknown {
  if (error instanceof CamError) return error;
  const detail = errorMessage(error);
  const message = 'The values that the query is to ask for cannot be read from the disk.';
  return new CamError(failure('disk.error', { message, detail }), { cause: error });
}

function isOfSystem(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error;
}
